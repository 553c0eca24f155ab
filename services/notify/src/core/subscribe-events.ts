/** The live stream: events in the order of the log, read as fast as the listener takes them. A slow one costs no memory here. */
import {
  buildEventRecord,
  compileRules,
  type EventRecord,
  expandEventPattern,
  makeEventId,
  matchRules,
  type ObjectEvent,
  type RecordOrigin,
} from '@needlestack/event-model';
import { OUTBOX_WAIT_MS } from './limits.ts';
import { NotifyError } from './notify-error.ts';
import type { OutboxFeed } from './outbox-feed.ts';
import { rowToEvent } from './row-to-event.ts';

export interface EventFilter {
  /** Empty: all. */
  readonly bucket: string;
  readonly prefix: string;
  readonly suffix: string;
  /** With `s3:`, wildcards allowed; empty: all. */
  readonly events: readonly string[];
}

export interface LiveEvent {
  readonly event: ObjectEvent;
  readonly eventId: string;
  readonly record: EventRecord;
  /** Rows before this one had been trimmed when they were asked for. */
  readonly hasGap: boolean;
}

/**
 * Events after `afterSeq` that pass the filter, until `signal` aborts.
 * Throws NotifyError `invalid-argument`, before the first event, for an unknown event name.
 */
export async function* subscribeEvents(
  feed: OutboxFeed,
  filter: EventFilter,
  afterSeq: bigint,
  origin: RecordOrigin,
  signal: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const passes = compileFilter(filter);
  let position = afterSeq + 1n;
  let hasGap = false;
  while (!signal.aborted) {
    const page = await feed.read(position, OUTBOX_WAIT_MS, signal);
    const oldest = page.rows[0];
    // The log has no holes of its own, so a hole right where we stand was trimmed.
    if (oldest !== undefined && oldest.seq > position && afterSeq > 0n) hasGap = true;
    for (const row of page.rows) {
      const event = rowToEvent(row);
      if (event === undefined || !passes(event)) continue;
      yield { event, eventId: makeEventId(event), record: buildEventRecord(event, '', origin), hasGap };
      hasGap = false;
    }
    position = page.nextSeq;
  }
}

function compileFilter({ bucket, prefix, suffix, events }: EventFilter): (event: ObjectEvent) => boolean {
  const unknown = events.find((pattern) => expandEventPattern(pattern) === undefined);
  if (unknown !== undefined) throw new NotifyError('invalid-argument', `${unknown} is no event`);
  const isBucket = (event: ObjectEvent): boolean => bucket === '' || event.bucket === bucket;
  if (events.length === 0) {
    return (event) => isBucket(event) && event.key.startsWith(prefix) && event.key.endsWith(suffix);
  }
  const rules = compileRules({ rules: [{ id: '', arn: '', targetId: '', events, prefix, suffix }] });
  return (event) => isBucket(event) && matchRules(rules, event.eventName, event.key).length > 0;
}
