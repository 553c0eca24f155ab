import { makeEventId } from '@needlestack/event-model';
import type { QueueEntry } from '../../src/core/queue-entry.ts';

/** An entry as the pump would make it; `seq` decides its id. */
export function makeEntry(seq: number, key = `key-${seq % 5}`, body = `body ${seq}`): QueueEntry {
  const parts = { bucket: 'bucket', key, versionId: '', eventName: 'ObjectCreated:Put', seq: BigInt(seq) };
  return {
    seq: parts.seq,
    eventName: parts.eventName,
    bucket: parts.bucket,
    key,
    eventId: makeEventId(parts),
    contentType: 'application/json',
    queuedAtMs: 1_000 + seq,
    attempts: 0,
    body: Buffer.from(body),
  };
}
