/**
 * The catalog's keys. Byte order of keys is the order of every listing; this file alone knows how keys are made.
 *
 *   table (1 byte)         then
 *   01 schema              —
 *   02 lease               name
 *   03 secret              name
 *   04 lifecycle cursor    —
 *   10 bucket              name
 *   11 bucket config       bucket id (8) | kind (1)
 *   12 bucket usage        bucket id (8) | stripe (1)
 *   13 account config      kind (1) | account id
 *   20 object              shard (1) | bucket id (8) | key                          the current version
 *   21 version             shard (1) | bucket id (8) | escaped key 00 00 | order (8, inverted)   older versions, newest first
 *   22 inline data         shard (1) | bucket id (8) | escaped key 00 00 | order (8, inverted)   bytes of small objects
 *   23 null version        shard (1) | bucket id (8) | key                          order of the `null` version in table 21
 *   24 current marker      shard (1) | bucket id (8) | key                          the newest version when it is a delete marker
 *   28 upload              shard (1) | bucket id (8) | escaped key 00 00 | upload id (16)
 *   29 part                shard (1) | bucket id (8) | upload id (16) | part number (2)
 *   2a completed upload    shard (1) | bucket id (8) | upload id (16)
 *   30 outbox              shard (1) | sequence (8)
 *   31 outbox cursor       consumer
 *   32 outbox floor        shard (1)
 *   33 outbox hold         hour since the epoch (4)
 *   38 garbage             shard (1) | since, ms (8) | volume (4) | needle key (8)
 *   39 shared needle       volume (4) | needle key (8)     times that it is named, from 2 on
 *   40 identity            access key id
 *   41 IAM account          account id                                              alias, how many there are of each kind
 *   42 IAM entity           account id | 00 | kind (1) | name in lower case
 *   43 IAM access key       access key id                                           whose it is, when it was used
 *   44 IAM account alias    alias                                                   account id
 *   45 IAM password         account id | 00 | user id                               sealed hashes, newest first
 *   46 IAM LDAP entry       account id | 00 | DN                                    policies attached to it
 *   54 lakehouse           namespaces, tables and views: tables/table-keys.ts
 *
 * - A bucket's rows hang on its id, which is never given again: a bucket made anew under an old name starts empty.
 * - The newest version of a key lies in table 20, or in 24 when it is a delete marker; then the key has no row in 20, so that
 *   listings and reads of current objects never meet markers. All older versions and markers lie in table 21.
 * - `shard` parts a table for parallel scans. All rows of a bucket are in one shard, so order within a bucket is kept.
 * - Object keys stand last and unescaped in table 20. Where something follows, 00 becomes 00 ff and 00 00 ends the key:
 *   order is kept, and no key is a prefix of another.
 * - An upload id begins with its time, so the uploads of a key are listed in the order in which they were begun.
 */
import { endOfPrefix } from '@needlestack/ordered-kv';
import { CatalogError } from '@needlestack/service-contracts';
import { OBJECT_KEY_BYTES_MAX } from './limits.ts';

export const TABLE = {
  schema: 0x01,
  lease: 0x02,
  secret: 0x03,
  lifecycleCursor: 0x04,
  bucket: 0x10,
  bucketConfig: 0x11,
  bucketUsage: 0x12,
  accountConfig: 0x13,
  object: 0x20,
  version: 0x21,
  inlineData: 0x22,
  nullVersion: 0x23,
  currentMarker: 0x24,
  upload: 0x28,
  part: 0x29,
  completedUpload: 0x2a,
  outbox: 0x30,
  outboxCursor: 0x31,
  outboxFloor: 0x32,
  outboxHold: 0x33,
  garbage: 0x38,
  sharedNeedle: 0x39,
  identity: 0x40,
  iamAccount: 0x41,
  iamEntity: 0x42,
  iamAccessKey: 0x43,
  iamAlias: 0x44,
  iamPassword: 0x45,
  iamLdapEntry: 0x46,
  lakehouse: 0x54,
} as const;

/** Shards of every sharded table. Part of the layout: a change is a migration. */
export const SHARDS = 16;

const TWO_TO_32 = 0x1_0000_0000;
/** table, shard, bucket id */
const BUCKET_PREFIX_BYTES = 10;
const UPLOAD_ID_BYTES = 16;
const ORDER_BYTES = 8;
const UPLOAD_ID = /^[0-9a-f]{32}$/;
/** Escaping doubles every 00; a key of many of them could outgrow what the store takes. */
const ESCAPED_KEY_BYTES_MAX = 1900;

export interface ByteRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

function writeU64(target: Buffer, value: number, at: number): void {
  target.writeUInt32BE(Math.floor(value / TWO_TO_32), at);
  target.writeUInt32BE(value % TWO_TO_32, at + 4);
}

export function ofPrefix(prefix: Buffer): ByteRange {
  return { start: prefix, end: endOfPrefix(prefix) };
}

function shardOf(bucketId: number): number {
  return bucketId % SHARDS;
}

function bucketScoped(table: number, bucketId: number, lengthAfter: number): Buffer {
  const key = Buffer.allocUnsafe(BUCKET_PREFIX_BYTES + lengthAfter);
  key[0] = table;
  key[1] = shardOf(bucketId);
  writeU64(key, bucketId, 2);
  return key;
}

export function textKey(table: number, text: string): Buffer {
  const key = Buffer.allocUnsafe(1 + Buffer.byteLength(text));
  key[0] = table;
  key.write(text, 1, 'utf8');
  return key;
}

export const schemaKey = (): Buffer => Buffer.from([TABLE.schema]);
export const leaseKey = (name: string): Buffer => textKey(TABLE.lease, name);

export const secretKey = (name: string): Buffer => textKey(TABLE.secret, name);

export const lifecycleCursorKey = (): Buffer => Buffer.from([TABLE.lifecycleCursor]);

export const bucketKey = (name: string): Buffer => textKey(TABLE.bucket, name);

/** All buckets whose names begin with `prefix`. */
export const bucketsRange = (prefix: string): ByteRange => ofPrefix(bucketKey(prefix));
export const bucketNameOf = (key: Buffer): string => key.toString('utf8', 1);

export function bucketConfigKey(bucketId: number, kindCode: number): Buffer {
  const key = Buffer.allocUnsafe(10);
  key[0] = TABLE.bucketConfig;
  writeU64(key, bucketId, 1);
  key[9] = kindCode;
  return key;
}

export const bucketConfigsRange = (bucketId: number): ByteRange =>
  ofPrefix(bucketConfigKey(bucketId, 0).subarray(0, 9));

/** The kind's number in the key of a bucket's configuration. */
export const configCodeOf = (key: Buffer): number => key[9] ?? 0;

export function accountConfigKey(kindCode: number, accountId: string): Buffer {
  const key = textKey(TABLE.accountConfig, `\0${accountId}`);
  key[1] = kindCode;
  return key;
}

export function bucketUsageKey(bucketId: number, stripe: number): Buffer {
  const key = bucketConfigKey(bucketId, stripe);
  key[0] = TABLE.bucketUsage;
  return key;
}

export const bucketUsageRange = (bucketId: number): ByteRange => ofPrefix(bucketUsageKey(bucketId, 0).subarray(0, 9));

/** The row of a key's current version. CatalogError `InvalidRequest` when the key is empty or too long. */
export const objectKey = (bucketId: number, key: string): Buffer => keyedRow(TABLE.object, bucketId, key);

/** The row of a key's newest version when that is a delete marker. */
export const currentMarkerKey = (bucketId: number, key: string): Buffer => keyedRow(TABLE.currentMarker, bucketId, key);

/** The row that says where in table 21 the `null` version of a key lies. */
export const nullVersionKey = (bucketId: number, key: string): Buffer => keyedRow(TABLE.nullVersion, bucketId, key);

function keyedRow(table: number, bucketId: number, key: string): Buffer {
  // Three bytes hold any UTF-16 unit: one allocation, no second walk over the text.
  const row = bucketScoped(table, bucketId, key.length * 3);
  const length = row.write(key, BUCKET_PREFIX_BYTES, 'utf8');
  if (length === 0 || length > OBJECT_KEY_BYTES_MAX)
    throw new CatalogError('InvalidRequest', `a key of ${length} bytes: expected 1 to ${OBJECT_KEY_BYTES_MAX}`);
  return row.subarray(0, BUCKET_PREFIX_BYTES + length);
}

/** Where rows of keys that begin with `prefix` lie in table 20 (or 24, which is alike); the prefix may be empty. */
export function objectsRange(bucketId: number, prefix: Uint8Array, table: number = TABLE.object): ByteRange {
  const start = bucketScoped(table, bucketId, prefix.length);
  start.set(prefix, BUCKET_PREFIX_BYTES);
  return ofPrefix(start);
}

/** Bytes of a row's key in tables 20 and 28 before the object's key. */
export const OBJECT_KEY_AT = BUCKET_PREFIX_BYTES;

function escaped(key: string): Buffer {
  const bytes = Buffer.from(key, 'utf8');
  if (bytes.length === 0 || bytes.length > OBJECT_KEY_BYTES_MAX)
    throw new CatalogError('InvalidRequest', `a key of ${bytes.length} bytes: expected 1 to ${OBJECT_KEY_BYTES_MAX}`);
  return escapedBytes(bytes);
}

function escapedBytes(bytes: Buffer): Buffer {
  if (!bytes.includes(0)) return bytes;
  let zeros = 0;
  for (const byte of bytes) if (byte === 0) zeros += 1;
  const escapedLength = bytes.length + zeros;
  if (escapedLength > ESCAPED_KEY_BYTES_MAX)
    throw new CatalogError(
      'InvalidRequest',
      `a key with ${zeros} NUL characters among ${bytes.length} bytes is too long`,
    );
  const result = Buffer.allocUnsafe(escapedLength);
  let at = 0;
  for (const byte of bytes) {
    result[at++] = byte;
    if (byte === 0) result[at++] = 0xff;
  }
  return result;
}

function versionScoped(table: number, bucketId: number, key: string, order: number): Buffer {
  const name = escaped(key);
  const row = bucketScoped(table, bucketId, name.length + 10);
  name.copy(row, BUCKET_PREFIX_BYTES);
  const end = BUCKET_PREFIX_BYTES + name.length;
  row.writeUInt16BE(0, end);
  row.writeUInt32BE(0xffff_ffff - Math.floor(order / TWO_TO_32), end + 2);
  row.writeUInt32BE(0xffff_ffff - (order % TWO_TO_32), end + 6);
  return row;
}

export const versionKey = (bucketId: number, key: string, order: number): Buffer =>
  versionScoped(TABLE.version, bucketId, key, order);

/** Older versions of keys that begin with `prefix`, which may be empty. */
export function versionsRange(bucketId: number, prefix: Buffer): ByteRange {
  const name = escapedBytes(prefix);
  const start = bucketScoped(TABLE.version, bucketId, name.length);
  name.copy(start, BUCKET_PREFIX_BYTES);
  return ofPrefix(start);
}

/** Older versions of one key, newest first. */
export function versionsOfKey(bucketId: number, key: string): ByteRange {
  const row = versionKey(bucketId, key, 0);
  return ofPrefix(row.subarray(0, row.length - ORDER_BYTES));
}

/** The object's key in a row of table 21: `before`, when that is it. */
export function versionNameOf(row: Buffer, before?: Buffer): Buffer {
  const name = row.subarray(BUCKET_PREFIX_BYTES, row.length - ORDER_BYTES - 2);
  // No UTF-8 has the ff of an escaped NUL: what is equal has none.
  return before?.equals(name) ? before : unescaped(name);
}

/** `order` is that of the version, 0 for the `null` version of a bucket without versions. */
export const inlineDataKey = (bucketId: number, key: string, order: number): Buffer =>
  versionScoped(TABLE.inlineData, bucketId, key, order);

export const isUploadId = (text: string): boolean => UPLOAD_ID.test(text);

/** 6 bytes of time, 10 of randomness, in hex. */
export function makeUploadId(nowMs: number, random: Uint8Array): string {
  const id = Buffer.allocUnsafe(UPLOAD_ID_BYTES);
  id.writeUIntBE(nowMs, 0, 6);
  id.set(random.subarray(0, UPLOAD_ID_BYTES - 6), 6);
  return id.toString('hex');
}

export function uploadKey(bucketId: number, key: string, uploadId: string): Buffer {
  const name = escaped(key);
  const row = bucketScoped(TABLE.upload, bucketId, name.length + 2 + UPLOAD_ID_BYTES);
  name.copy(row, BUCKET_PREFIX_BYTES);
  row.writeUInt16BE(0, BUCKET_PREFIX_BYTES + name.length);
  row.write(uploadId, BUCKET_PREFIX_BYTES + name.length + 2, 'hex');
  return row;
}

/** Where uploads of keys that begin with `prefix` lie; the prefix may be empty. */
export function uploadsRange(bucketId: number, prefix: Buffer): ByteRange {
  const name = escapedBytes(prefix);
  const start = bucketScoped(TABLE.upload, bucketId, name.length);
  name.copy(start, BUCKET_PREFIX_BYTES);
  return ofPrefix(start);
}

/** The first row after all uploads of a key. */
export const afterUploadsOf = (bucketId: number, key: Buffer): Buffer => afterKey(TABLE.upload, bucketId, key);

/** The first row after all older versions of a key. */
export const afterVersionsOf = (bucketId: number, key: Buffer): Buffer => afterKey(TABLE.version, bucketId, key);

function afterKey(table: number, bucketId: number, key: Buffer): Buffer {
  const name = escapedBytes(key);
  const row = bucketScoped(table, bucketId, name.length + 2);
  name.copy(row, BUCKET_PREFIX_BYTES);
  row.writeUInt16BE(1, BUCKET_PREFIX_BYTES + name.length);
  return row;
}

export interface UploadName {
  readonly key: Buffer;
  readonly uploadId: string;
}

export function uploadNameOf(row: Buffer): UploadName {
  const end = row.length - UPLOAD_ID_BYTES;
  const name = row.subarray(BUCKET_PREFIX_BYTES, end - 2);
  return { key: unescaped(name), uploadId: row.toString('hex', end) };
}

function unescaped(name: Buffer): Buffer {
  if (!name.includes(0)) return Buffer.from(name);
  const key = Buffer.allocUnsafe(name.length);
  let length = 0;
  for (let at = 0; at < name.length; at += 1) {
    const byte = name[at] ?? 0;
    key[length++] = byte;
    if (byte === 0) at += 1;
  }
  return key.subarray(0, length);
}

/** What two bytes hold; more than any part has. */
const PART_NUMBER_ROW_MAX = 0xffff;

export function partKey(bucketId: number, uploadId: string, partNumber: number): Buffer {
  const row = bucketScoped(TABLE.part, bucketId, UPLOAD_ID_BYTES + 2);
  row.write(uploadId, BUCKET_PREFIX_BYTES, 'hex');
  row.writeUInt16BE(partNumber, BUCKET_PREFIX_BYTES + UPLOAD_ID_BYTES);
  return row;
}

export const partNumberOf = (row: Buffer): number => row.readUInt16BE(BUCKET_PREFIX_BYTES + UPLOAD_ID_BYTES);

/** Parts of one upload with numbers above `afterPartNumber`. */
export function partsRange(bucketId: number, uploadId: string, afterPartNumber: number): ByteRange {
  const all = ofPrefix(partKey(bucketId, uploadId, 0).subarray(0, BUCKET_PREFIX_BYTES + UPLOAD_ID_BYTES));
  const isPastAll = afterPartNumber >= PART_NUMBER_ROW_MAX;
  return { start: isPastAll ? all.end : partKey(bucketId, uploadId, afterPartNumber + 1), end: all.end };
}

export function completedUploadKey(bucketId: number, uploadId: string): Buffer {
  const row = bucketScoped(TABLE.completedUpload, bucketId, UPLOAD_ID_BYTES);
  row.write(uploadId, BUCKET_PREFIX_BYTES, 'hex');
  return row;
}

const SHARDED_TABLES: readonly number[] = [
  TABLE.object,
  TABLE.version,
  TABLE.inlineData,
  TABLE.nullVersion,
  TABLE.currentMarker,
  TABLE.upload,
  TABLE.part,
  TABLE.completedUpload,
  TABLE.outbox,
  TABLE.garbage,
];

/** What the keys of all rows of a shard begin with; of all rows of the table where it has no shards. */
export const shardPrefix = (table: number, shard: number): Buffer =>
  Buffer.from(SHARDED_TABLES.includes(table) ? [table, shard] : [table]);

/** All rows of one table. */
export const tableRange = (table: number): ByteRange => ofPrefix(Buffer.from([table]));

export function outboxKey(sequence: number): Buffer {
  const row = Buffer.allocUnsafe(10);
  row[0] = TABLE.outbox;
  row[1] = 0;
  writeU64(row, sequence, 2);
  return row;
}

export const outboxSequenceOf = (row: Buffer): number => row.readUInt32BE(2) * TWO_TO_32 + row.readUInt32BE(6);
export const outboxCursorKey = (consumer: string): Buffer => textKey(TABLE.outboxCursor, consumer);
export const outboxFloorKey = (): Buffer => Buffer.from([TABLE.outboxFloor, 0]);

export function outboxHoldKey(hour: number): Buffer {
  const row = Buffer.allocUnsafe(5);
  row[0] = TABLE.outboxHold;
  row.writeUInt32BE(hour, 1);
  return row;
}

export const outboxHoldHourOf = (row: Buffer): number => row.readUInt32BE(1);

const GARBAGE_ID_BYTES = 20;

export function garbageKey(sinceMs: number, volumeId: number, needleKey: bigint): Buffer {
  const row = Buffer.allocUnsafe(2 + GARBAGE_ID_BYTES);
  row[0] = TABLE.garbage;
  row[1] = 0;
  writeU64(row, sinceMs, 2);
  row.writeUInt32BE(volumeId, 10);
  row.writeBigUInt64BE(needleKey, 14);
  return row;
}

export const garbageIdOf = (row: Buffer): string => row.toString('hex', 2);
export const garbageSinceOf = (row: Buffer): number => row.readUInt32BE(2) * TWO_TO_32 + row.readUInt32BE(6);

/** Undefined when the text is no garbage id. */
export function garbageKeyOfId(garbageId: string): Buffer | undefined {
  if (!/^[0-9a-f]{40}$/.test(garbageId)) return undefined;
  return Buffer.concat([Buffer.from([TABLE.garbage, 0]), Buffer.from(garbageId, 'hex')]);
}

/** Garbage no newer than `untilMs`, oldest first. */
export function garbageRange(untilMs: number): ByteRange {
  return { start: Buffer.from([TABLE.garbage, 0]), end: garbageKey(Math.max(0, untilMs + 1), 0, 0n) };
}

export function sharedNeedleKey(volumeId: number, needleKey: bigint): Buffer {
  const row = Buffer.allocUnsafe(13);
  row[0] = TABLE.sharedNeedle;
  row.writeUInt32BE(volumeId, 1);
  row.writeBigUInt64BE(needleKey, 5);
  return row;
}

export const identityKey = (accessKeyId: string): Buffer => textKey(TABLE.identity, accessKeyId);
export const identitiesRange = (): ByteRange => tableRange(TABLE.identity);
