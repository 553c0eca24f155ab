/** What becomes of targets that had a cursor once and are configured no more. */
import type { RuleTimeline } from '@needlestack/event-model';
import type { TargetList } from './ports.ts';

export interface AbandonedTargets {
  /** No rule names them: their cursors go along with the head, so that they hold no rows back. */
  readonly forgotten: readonly string[];
  /** A rule still names them: their events wait in the log until the target or the rule is put right. */
  readonly missed: readonly string[];
}

/** Also notes the configured targets as known, before any of them has a cursor. */
export async function findAbandonedTargets(
  known: TargetList,
  configured: readonly string[],
  timeline: RuleTimeline,
): Promise<AbandonedTargets> {
  const before = await known.load();
  const all = new Set([...before, ...configured]);
  if (all.size > before.size) await known.save(all);
  const abandoned = [...before].filter((targetId) => !configured.includes(targetId));
  return {
    forgotten: abandoned.filter((targetId) => !timeline.isNamed(targetId)),
    missed: abandoned.filter((targetId) => timeline.isNamed(targetId)),
  };
}
