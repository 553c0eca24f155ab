import type { VolumeReport } from './build-heartbeat.ts';
import { xxhash64 } from './xxhash64.ts';

/*
 * A master that keeps digests compares one number with what it holds of a server, and asks for the whole list when they differ. The
 * number is the exclusive or of one hash a volume:
 *
 *   0 id u32 | 4 size u64 | 12 files u64 | 20 deletions u64 | 28 deleted bytes u64 | 36 placement byte u32 | 40 version u32
 *   44 ttl u32 | 48 compaction revision u32 | 52 disk id u32 | 56 read-only u8       all little-endian
 *
 * then folded with the hashes of the modification time (i64), collection, disk type and remote storage name.
 */
const RECORD_BYTES = 57;
const FOLD_FACTOR = 0x9e37_79b9_7f4a_7c15n;
const MASK = 0xffff_ffff_ffff_ffffn;

export function digestVolumeReport(report: VolumeReport): bigint {
  const record = Buffer.alloc(RECORD_BYTES);
  record.writeUInt32LE(report.volumeId, 0);
  record.writeBigUInt64LE(BigInt(report.sizeBytes), 4);
  record.writeBigUInt64LE(BigInt(report.fileCount), 12);
  record.writeBigUInt64LE(BigInt(report.deleteCount), 20);
  record.writeBigUInt64LE(BigInt(report.deletedBytes), 28);
  record.writeUInt32LE(report.replicaPlacement, 36);
  record.writeUInt32LE(report.version, 40);
  record.writeUInt32LE(report.ttl, 44);
  record.writeUInt32LE(report.compactionRevision, 48);
  record.writeUInt32LE(report.diskId, 52);
  record.writeUInt8(report.readOnly ? 1 : 0, 56);
  const modified = Buffer.alloc(8);
  modified.writeBigInt64LE(BigInt(report.modifiedAtSeconds));
  let hash = fold(xxhash64(record), xxhash64(modified));
  for (const text of [report.collection, report.diskType, report.remoteStorageName]) {
    hash = fold(hash, xxhash64(Buffer.from(text)));
  }
  return hash;
}

/** Depends on the order, so that two texts that change places are noticed. */
function fold(hash: bigint, other: bigint): bigint {
  const mixed = ((hash ^ other) * FOLD_FACTOR) & MASK;
  return mixed ^ (mixed >> 29n);
}
