/**
 * A bucket: u8 record version (1) | u64 id | u48 created, ms | u8 versioning | u8 flags: 1 object lock, 2 event rules |
 * text owner | text region | u32 configuration bits | u48 configuration revision |
 * u8 mode of the default retention, 0 none | u16 its days | u16 its years
 *
 * Rows of schema 1 end after the region.
 */
import type { Bucket, DefaultRetention } from '@needlestack/service-contracts';
import { lockModeCode, lockModeOfCode } from './lock-mode.ts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { type RecordWriter, sharedWriter } from './record-writer.ts';

const FORMAT: RecordFormat = { name: 'bucket', version: 1, upgrades: {} };
const VERSIONING = ['Off', 'Enabled', 'Suspended'] as const;
const FLAG_OBJECT_LOCK = 1;
const FLAG_EVENT_RULES = 2;

/** A bucket as rules see it: with its id as a number. */
export interface StoredBucket extends Omit<Bucket, 'bucketId'> {
  readonly id: number;
}

export function encodeBucketRecord(bucket: StoredBucket): Buffer {
  const flags = (bucket.objectLockEnabled ? FLAG_OBJECT_LOCK : 0) | (bucket.hasEventRules ? FLAG_EVENT_RULES : 0);
  const writer = sharedWriter
    .begin()
    .u8(FORMAT.version)
    .u64(bucket.id)
    .u48(bucket.createdAtMs)
    .u8(VERSIONING.indexOf(bucket.versioning))
    .u8(flags)
    .text(bucket.ownerId)
    .text(bucket.region)
    .u32(bucket.configBits)
    .u48(bucket.configRevision);
  writeDefaultRetention(writer, bucket.defaultRetention);
  return writer.finish();
}

export function decodeBucketRecord(name: string, row: Buffer): StoredBucket {
  const reader = new RecordReader(inCurrentVersion(FORMAT, row), 1);
  const id = reader.u64();
  const createdAtMs = reader.u48();
  const versioning = VERSIONING[reader.u8()] ?? 'Off';
  const flags = reader.u8();
  const bucket = {
    name,
    id,
    ownerId: reader.text(),
    region: reader.text(),
    createdAtMs,
    versioning,
    objectLockEnabled: (flags & FLAG_OBJECT_LOCK) !== 0,
    hasEventRules: (flags & FLAG_EVENT_RULES) !== 0,
    configBits: reader.isAtEnd ? 0 : reader.u32(),
    configRevision: reader.isAtEnd ? 0 : reader.u48(),
  };
  const defaultRetention = reader.isAtEnd ? undefined : readDefaultRetention(reader);
  return defaultRetention === undefined ? bucket : { ...bucket, defaultRetention };
}

function writeDefaultRetention(writer: RecordWriter, retention: DefaultRetention | undefined): void {
  writer
    .u8(lockModeCode(retention?.mode))
    .u16(retention?.days ?? 0)
    .u16(retention?.years ?? 0);
}

function readDefaultRetention(reader: RecordReader): DefaultRetention | undefined {
  const mode = lockModeOfCode(reader.u8());
  const days = reader.u16();
  const years = reader.u16();
  if (mode === undefined) return undefined;
  return days === 0 ? { mode, years } : { mode, days };
}

/** The bucket as the contract shows it. */
export function showBucket({ id, ...bucket }: StoredBucket): Bucket {
  return { ...bucket, bucketId: id.toString(16).padStart(16, '0') };
}
