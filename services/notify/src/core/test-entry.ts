import { buildTestEvent, makeEventId, type RecordOrigin } from '@needlestack/event-model';
import type { QueueEntry } from './queue-entry.ts';

const TEST_EVENT_NAME = 'TestEvent';

/** The entry of a test event. With the same `seq` it has the same id. */
export function buildTestEntry(
  facts: { readonly bucket: string; readonly seq: bigint; readonly atMs: number; readonly requestId: string },
  origin: RecordOrigin,
): QueueEntry {
  const { bucket, seq, atMs, requestId } = facts;
  return {
    eventId: makeEventId({ bucket, key: '', versionId: '', eventName: TEST_EVENT_NAME, seq }),
    seq,
    eventName: TEST_EVENT_NAME,
    bucket,
    key: '',
    contentType: 'application/json',
    queuedAtMs: atMs,
    attempts: 0,
    body: Buffer.from(JSON.stringify(buildTestEvent({ atMs, bucket, requestId, hostId: origin.hostId }))),
  };
}
