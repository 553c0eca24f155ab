/** Starts the reader of the log, with the history of rules that it needs. */
import type { RuleTimeline } from '@needlestack/event-model';
import type { Lifecycle } from '@needlestack/service-kit';
import { findAbandonedTargets } from './core/find-abandoned-targets.ts';
import { loadRules } from './core/load-rules.ts';
import { lowerSeq } from './core/lower-seq.ts';
import { FEED_CONSUMER, OutboxFeed } from './core/outbox-feed.ts';
import type { DeliveryEvents, OutboxPort } from './core/ports.ts';
import { cursorNameOf } from './core/target-pump.ts';
import type { TargetRegistry } from './core/target-registry.ts';
import { createFileRuleLog } from './storage/file-rule-log.ts';
import { createFileTargetList } from './storage/file-target-list.ts';
import { systemClock } from './system-clock.ts';

export interface FollowOptions {
  readonly outbox: OutboxPort;
  readonly dataDirectory: string;
  /** Those that are configured. */
  readonly targetIds: readonly string[];
  /** Off: the cursors of all targets go along with the head. */
  readonly isEnabled: boolean;
  readonly events: DeliveryEvents;
  readonly lifecycle: Lifecycle;
}

export interface FollowedOutbox {
  readonly feed: OutboxFeed;
  readonly timeline: RuleTimeline;
  /** Where a target without a cursor of its own begins. */
  readonly firstSeq: bigint;
  /** Targets that rules name although they are configured no more. */
  readonly missed: readonly string[];
  /** From now on, rules that none of these targets needs any more are forgotten. */
  watchTargets(registry: TargetRegistry): void;
}

export async function followOutbox(options: FollowOptions): Promise<FollowedOutbox> {
  const { outbox, dataDirectory, targetIds, isEnabled, events, lifecycle } = options;
  const knownTargets = createFileTargetList(dataDirectory, 'known-targets.json');
  const consumers = [...(await knownTargets.load()), ...targetIds].map(cursorNameOf);
  const feedCursor = await outbox.getOutboxCursor(FEED_CONSUMER);
  const targetCursors = await Promise.all(consumers.map((consumer) => outbox.getOutboxCursor(consumer)));
  const cursors = [feedCursor, ...targetCursors].filter((cursor) => cursor !== undefined);
  const ruleLog = await lifecycle.start(
    'rule log',
    () => createFileRuleLog(dataDirectory),
    (log) => log.close(),
  );
  const timeline = await loadRules(ruleLog, outbox, cursors.length === 0 ? undefined : cursors.reduce(lowerSeq));
  const { forgotten, missed } = await findAbandonedTargets(knownTargets, targetIds, timeline);
  const firstSeq = feedCursor ?? 0n;
  let registry: TargetRegistry | undefined;
  const lowestCursor = (): bigint =>
    registry === undefined || missed.length > 0
      ? 0n
      : registry.runners().reduce((lowest, { cursor }) => lowerSeq(lowest, cursor), feed.head);
  const followers = [...forgotten, ...(isEnabled ? [] : targetIds)].map(cursorNameOf);
  const parts = { outbox, timeline, ruleLog, clock: systemClock, events, lowestCursor, followers };
  const feed: OutboxFeed = new OutboxFeed(parts, firstSeq);
  await lifecycle.start(
    'outbox feed',
    () => {
      const stop = new AbortController();
      return { stop, running: feed.run(stop.signal) };
    },
    async ({ stop, running }) => {
      stop.abort();
      await running;
    },
  );
  return {
    feed,
    timeline,
    firstSeq,
    missed,
    watchTargets: (started) => {
      registry = started;
    },
  };
}
