/**
 * One queue entry as bytes (format RQP1). Pure.
 *
 * | offset | bytes                                                                     |
 * |--------|---------------------------------------------------------------------------|
 * | 0      | `RQP1`                                                                    |
 * | 4      | u32 little-endian: length n of the metadata                               |
 * | 8      | metadata, JSON in UTF-8                                                   |
 * | 8 + n  | body, to the end; its length must equal `payload_len` of the metadata     |
 *
 * Metadata: `event_name`, `bucket_name`, `object_name` (form-encoded), `content_type`, `queued_at_unix_ms`, `payload_len`, `dedup_id`
 * (left out when empty); ours adds `event_id`, `seq` (decimal text), `attempts`, and `failure` in a dead letter. Unknown fields are kept.
 */
import { decodeObjectKey, EVENT_NAME_PREFIX, encodeObjectKey, makeEventId } from '@needlestack/event-model';
import type { QueueEntry } from '../core/queue-entry.ts';

const MAGIC = 'RQP1';
const HEADER_BYTES = 8;

/** Bytes that are no whole entry. */
export class Rqp1Error extends Error {
  override readonly name = 'Rqp1Error';
}

/** Why an entry became a dead letter, as its file says it. */
export interface Rqp1Failure {
  readonly error_class: string;
  readonly error_detail: string;
  readonly retry_count: number;
  readonly failed_at_unix_ms: number;
}

export interface Rqp1Record {
  readonly entry: QueueEntry;
  readonly failure?: Rqp1Failure;
}

export function encodeRqp1({ entry, failure }: Rqp1Record): Buffer {
  const metadata = {
    ...entry.extra,
    event_name: EVENT_NAME_PREFIX + entry.eventName,
    bucket_name: entry.bucket,
    object_name: encodeObjectKey(entry.key),
    content_type: entry.contentType,
    queued_at_unix_ms: entry.queuedAtMs,
    payload_len: entry.body.length,
    dedup_id: entry.eventId,
    event_id: entry.eventId,
    seq: entry.seq.toString(),
    attempts: entry.attempts,
    ...(failure !== undefined && { failure }),
  };
  const json = Buffer.from(JSON.stringify(metadata));
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + json.length + entry.body.length);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt32LE(json.length, 4);
  bytes.set(json, HEADER_BYTES);
  bytes.set(entry.body, HEADER_BYTES + json.length);
  return bytes;
}

/** The body is a view of `bytes`. Throws Rqp1Error. */
export function decodeRqp1(bytes: Buffer): Rqp1Record {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== MAGIC) {
    throw new Rqp1Error(`an entry of ${bytes.length} bytes does not start with ${MAGIC}`);
  }
  const bodyStart = HEADER_BYTES + bytes.readUInt32LE(4);
  if (bodyStart > bytes.length) {
    throw new Rqp1Error(`the metadata ends at byte ${bodyStart} of ${bytes.length}`);
  }
  const metadata = parseMetadata(bytes.toString('utf8', HEADER_BYTES, bodyStart));
  const body = bytes.subarray(bodyStart);
  if (metadata.payload_len !== body.length) {
    throw new Rqp1Error(`the body has ${body.length} bytes, the metadata says ${String(metadata.payload_len)}`);
  }
  return decodeMetadata(metadata, body);
}

function decodeMetadata(metadata: Record<string, unknown>, body: Buffer): Rqp1Record {
  const {
    event_name,
    bucket_name,
    object_name,
    content_type,
    queued_at_unix_ms,
    payload_len: _bodyLength,
    dedup_id,
    event_id,
    seq,
    attempts,
    failure,
    ...extra
  } = metadata;
  const eventName = requireText(event_name, 'event_name').replace(EVENT_NAME_PREFIX, '');
  const bucket = requireText(bucket_name, 'bucket_name');
  const key = decodeKey(requireText(object_name, 'object_name'));
  const place = typeof seq === 'string' && /^\d{1,20}$/.test(seq) ? BigInt(seq) : 0n;
  const givenId = [event_id, dedup_id].find((id) => typeof id === 'string' && id !== '');
  const entry = {
    // An entry of another writer has no id of ours; one made of what it has is at least the same each time.
    eventId: typeof givenId === 'string' ? givenId : makeEventId({ bucket, key, versionId: '', eventName, seq: place }),
    seq: place,
    eventName,
    bucket,
    key,
    contentType: typeof content_type === 'string' ? content_type : 'application/json',
    queuedAtMs: typeof queued_at_unix_ms === 'number' ? queued_at_unix_ms : 0,
    attempts: typeof attempts === 'number' ? attempts : 0,
    body,
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return failure === undefined ? { entry } : { entry, failure: decodeFailure(failure) };
}

function decodeFailure(failure: unknown): Rqp1Failure {
  if (!isObject(failure)) throw new Rqp1Error('failure is not an object');
  const { error_class, error_detail, retry_count, failed_at_unix_ms } = failure;
  return {
    error_class: requireText(error_class, 'failure.error_class'),
    error_detail: requireText(error_detail, 'failure.error_detail'),
    retry_count: typeof retry_count === 'number' ? retry_count : 0,
    failed_at_unix_ms: typeof failed_at_unix_ms === 'number' ? failed_at_unix_ms : 0,
  };
}

function parseMetadata(json: string): Record<string, unknown> {
  let metadata: unknown;
  try {
    metadata = JSON.parse(json);
  } catch (cause) {
    throw new Rqp1Error('the metadata is not JSON', { cause });
  }
  if (!isObject(metadata)) throw new Rqp1Error('the metadata is not a JSON object');
  return metadata;
}

function decodeKey(encoded: string): string {
  try {
    return decodeObjectKey(encoded);
  } catch (cause) {
    throw new Rqp1Error('object_name is not form-encoded', { cause });
  }
}

function requireText(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new Rqp1Error(`${field} is not text`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
