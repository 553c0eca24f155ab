import {
  buildEventRecord,
  buildPayload,
  makeEventId,
  type ObjectEvent,
  type PayloadFormat,
  type RecordOrigin,
} from '@needlestack/event-model';
import type { QueueEntry } from './queue-entry.ts';

export interface EntryForm {
  readonly payload: PayloadFormat;
  readonly origin: RecordOrigin;
}

/** The entry of an event for one target. Its body is made once, here, and is the same at every attempt. */
export function buildEntry(
  event: ObjectEvent,
  configurationId: string,
  queuedAtMs: number,
  form: EntryForm,
): QueueEntry {
  const record = buildEventRecord(event, configurationId, form.origin);
  return {
    eventId: makeEventId(event),
    seq: event.seq,
    eventName: event.eventName,
    bucket: event.bucket,
    key: event.key,
    contentType: 'application/json',
    queuedAtMs,
    attempts: 0,
    body: Buffer.from(JSON.stringify(buildPayload(form.payload, event, record))),
  };
}
