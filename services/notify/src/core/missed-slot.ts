import { formatTargetArn } from '@needlestack/event-model';
import type { TargetSlot } from './target-registry.ts';

/** A target that rules name although it is configured no more: shown so that somebody learns why the log does not get shorter. */
export function createMissedSlot(targetId: string, region: string): TargetSlot {
  const [id = '', type = ''] = targetId.split(':');
  const detail = 'rules name it, but it is not configured; its events wait in the outbox';
  const target = {
    targetId,
    arn: formatTargetArn({ region, id, type }),
    idle: { state: 'error', reason: 'not_configured', detail },
  } as const;
  return { current: () => target, close: () => Promise.resolve() };
}
