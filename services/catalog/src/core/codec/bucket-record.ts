/**
 * A bucket: u8 record version (1) | u64 id | u48 created, ms | u8 versioning | u8 flags: 1 object lock, 2 event rules |
 * text owner | text region
 */
import type { Bucket } from '@needlestack/service-contracts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { sharedWriter } from './record-writer.ts';

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
  return sharedWriter
    .begin()
    .u8(FORMAT.version)
    .u64(bucket.id)
    .u48(bucket.createdAtMs)
    .u8(VERSIONING.indexOf(bucket.versioning))
    .u8(flags)
    .text(bucket.ownerId)
    .text(bucket.region)
    .finish();
}

export function decodeBucketRecord(name: string, row: Buffer): StoredBucket {
  const reader = new RecordReader(inCurrentVersion(FORMAT, row), 1);
  const id = reader.u64();
  const createdAtMs = reader.u48();
  const versioning = VERSIONING[reader.u8()] ?? 'Off';
  const flags = reader.u8();
  return {
    name,
    id,
    ownerId: reader.text(),
    region: reader.text(),
    createdAtMs,
    versioning,
    objectLockEnabled: (flags & FLAG_OBJECT_LOCK) !== 0,
    hasEventRules: (flags & FLAG_EVENT_RULES) !== 0,
  };
}

/** The bucket as the contract shows it. */
export function showBucket({ id, ...bucket }: StoredBucket): Bucket {
  return { ...bucket, bucketId: id.toString(16).padStart(16, '0') };
}
