/** The three bodies in which a target can receive an event (its `payload` setting). */
import { EVENT_NAME_PREFIX } from './event-names.ts';
import type { EventRecord } from './event-record.ts';
import type { ObjectEvent } from './object-event.ts';

/** `log`: name, key and records. `s3`: AWS's bare form, names without `s3:`. `entity`: log with wrapped records. */
export const PAYLOAD_FORMATS = ['log', 's3', 'entity'] as const;

export type PayloadFormat = (typeof PAYLOAD_FORMATS)[number];

export function isPayloadFormat(text: string): text is PayloadFormat {
  return PAYLOAD_FORMATS.some((format) => format === text);
}

export interface LogPayload {
  readonly EventName: string;
  /** `bucket/key`, not escaped. */
  readonly Key: string;
  readonly Records: readonly EventRecord[];
}

export interface S3Payload {
  readonly Records: readonly EventRecord[];
}

export interface EntityPayload {
  readonly EventName: string;
  readonly Key: string;
  readonly Records: readonly {
    readonly object_name: string;
    readonly bucket_name: string;
    readonly event_name: string;
    readonly data: EventRecord;
  }[];
}

/** @param record of the same event, its name with `s3:`. */
export function buildPayload(
  format: PayloadFormat,
  event: ObjectEvent,
  record: EventRecord,
): LogPayload | S3Payload | EntityPayload {
  switch (format) {
    case 'log':
      return { EventName: record.eventName, Key: objectPath(event), Records: [record] };
    case 's3':
      return { Records: [{ ...record, eventName: record.eventName.slice(EVENT_NAME_PREFIX.length) }] };
    case 'entity':
      return {
        EventName: record.eventName,
        Key: objectPath(event),
        Records: [{ object_name: event.key, bucket_name: event.bucket, event_name: record.eventName, data: record }],
      };
  }
}

/** `bucket/key`, the unit of ordering. */
export function objectPath(event: Pick<ObjectEvent, 'bucket' | 'key'>): string {
  return `${event.bucket}/${event.key}`;
}
