/**
 * No storage of its own: the outbox is the queue, and its cursor follows the oldest entry that is not delivered. For targets without a
 * `queue_dir`.
 */
import { QUEUE_RETRY_MS } from '../core/limits.ts';
import { PendingSeqs } from '../core/pending-seqs.ts';
import type { Clock, DeliveryQueue } from '../core/ports.ts';
import { laneOf, type QueueEntry } from '../core/queue-entry.ts';
import { EntryLanes } from './entry-lanes.ts';

export function createMemoryQueue(entriesMax: number, clock: Pick<Clock, 'sleep'>): DeliveryQueue {
  const lanes = new EntryLanes<QueueEntry>();
  const pending = new PendingSeqs();
  return {
    isDurable: false,
    append: (entries) => {
      let accepted = 0;
      for (const entry of entries) {
        if (!lanes.has(entry.eventId)) {
          if (lanes.size >= entriesMax) break;
          pending.add(entry.eventId, entry.seq);
          lanes.push(laneOf(entry), entry);
        }
        accepted += 1;
      }
      return Promise.resolve(accepted);
    },
    consume: (lane, handle, signal) =>
      lanes.drain(
        lane,
        async (entry) => {
          try {
            await handle(entry);
            pending.delete(entry.eventId);
            return true;
          } catch {
            await clock.sleep(QUEUE_RETRY_MS, signal);
            return false;
          }
        },
        signal,
      ),
    depth: () => lanes.size,
    oldestQueuedAtMs: () => {
      const times = lanes.heads().map(({ queuedAtMs }) => queuedAtMs);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    lowestPendingSeq: () => pending.lowest(),
    close: () => Promise.resolve(),
  };
}
