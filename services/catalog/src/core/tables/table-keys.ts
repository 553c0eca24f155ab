/**
 * Keys of the table catalog's rows. All begin with `T` and a letter for their kind; texts end with a zero byte (names hold none).
 *
 * | row                | key                                                        |
 * |--------------------|------------------------------------------------------------|
 * | namespace          | `TN` bucket id 0, number of levels (1 byte), level 0 …     |
 * | table or view      | `TE` namespace id 0, name 0                                |
 * | location in use    | `TL` location 0                                            |
 * | table uuid in use  | `TU` uuid 0                                                |
 * | commit record      | `TC` table id 0, generation (8 bytes, big endian)          |
 * | purge to be done   | `TP` table id 0                                            |
 * | answer for a key   | `TI` idempotency key 0                                     |
 * | end of an answer   | `TX` time in ms (8 bytes, big endian), idempotency key 0   |
 *
 * Levels are counted first so that the children of a namespace lie side by side, without their own children between them.
 */
import { endOfPrefix } from '@needlestack/ordered-kv';
import type { NamespacePath } from './namespace-path.ts';

/** First byte of every row of the table catalog. */
export const TABLE_ROWS_PREFIX = 'T';

const NUMBER_BYTES = 8;

function textKey(kind: string, ...texts: readonly string[]): Buffer {
  return Buffer.from(`${TABLE_ROWS_PREFIX}${kind}${texts.map((text) => `${text}\0`).join('')}`);
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

export interface KeyRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

function rangeOf(prefix: Buffer): KeyRange {
  return { start: prefix, end: endOfPrefix(prefix) };
}

export function namespaceKey(bucketId: string, path: NamespacePath): Buffer {
  const levels = path.map((level) => `${level}\0`).join('');
  return Buffer.concat([textKey('N', bucketId), Buffer.from([path.length]), Buffer.from(levels)]);
}

/** All namespaces directly below `parent`; below no parent: the top level. */
export function childNamespaces(bucketId: string, parent: readonly string[]): KeyRange {
  const levels = parent.map((level) => `${level}\0`).join('');
  return rangeOf(Buffer.concat([textKey('N', bucketId), Buffer.from([parent.length + 1]), Buffer.from(levels)]));
}

/** Tables and views share one space of names. */
export function entryKey(namespaceId: string, name: string): Buffer {
  return textKey('E', namespaceId, name);
}

/** All namespaces of a bucket: a bucket that has some is not empty. */
export function bucketNamespaces(bucketId: string): KeyRange {
  return rangeOf(textKey('N', bucketId));
}

export function namespaceEntries(namespaceId: string): KeyRange {
  return rangeOf(textKey('E', namespaceId));
}

export function locationKey(location: string): Buffer {
  return textKey('L', location);
}

/** Locations that lie within `location`. */
export function locationsWithin(location: string): KeyRange {
  return rangeOf(Buffer.from(`${TABLE_ROWS_PREFIX}L${location}/`));
}

export function tableUuidKey(tableUuid: string): Buffer {
  return textKey('U', tableUuid.toLowerCase());
}

export function commitRecordKey(tableId: string, generation: number): Buffer {
  return Buffer.concat([textKey('C', tableId), numberBytes(generation)]);
}

export function purgeKey(tableId: string): Buffer {
  return textKey('P', tableId);
}

export function answerKey(idempotencyKey: string): Buffer {
  return textKey('I', idempotencyKey);
}

export function answerEndKey(endsAtMs: number, idempotencyKey: string): Buffer {
  return Buffer.concat([
    Buffer.from(`${TABLE_ROWS_PREFIX}X`),
    numberBytes(endsAtMs),
    Buffer.from(`${idempotencyKey}\0`),
  ]);
}

/** Answers whose time ended before `nowMs`. */
export function endedAnswers(nowMs: number): KeyRange {
  const prefix = Buffer.from(`${TABLE_ROWS_PREFIX}X`);
  return { start: prefix, end: Buffer.concat([prefix, numberBytes(nowMs)]) };
}

/** The idempotency key within a key of `answerEndKey`. */
export function keyOfEndedAnswer(key: Buffer): string {
  return key.toString('utf8', 2 + NUMBER_BYTES, key.length - 1);
}
