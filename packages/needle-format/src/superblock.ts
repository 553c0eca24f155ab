import { FormatError } from './format-error.ts';
import { type NeedleVersion, SUPERBLOCK_BYTES, toNeedleVersion } from './layout.ts';
import { type ReplicaPlacement, replicaPlacementFromByte, replicaPlacementToByte } from './replica-placement.ts';
import type { TimeToLive } from './time-to-live.ts';

/** The first bytes of a volume file: version u8, placement u8, ttl u8 u8, compaction revision u16, length of extra u16, extra. */
export interface Superblock {
  readonly version: NeedleVersion;
  readonly replicaPlacement: ReplicaPlacement;
  readonly ttl: TimeToLive;
  /** Counts compactions, modulo 65,536. */
  readonly compactionRevision: number;
  /** A protobuf message that no known writer fills; kept as it is. */
  readonly extra: Uint8Array;
}

/** Bytes before the first record. Version 1 volumes have no room for extra. */
export function superblockBytes(superblock: Superblock): number {
  return superblock.version === 1 ? SUPERBLOCK_BYTES : SUPERBLOCK_BYTES + superblock.extra.length;
}

/** The bytes that open a volume file. */
export function encodeSuperblock(superblock: Superblock): Buffer {
  const bytes = Buffer.alloc(superblockBytes(superblock));
  bytes.writeUInt8(superblock.version, 0);
  bytes.writeUInt8(replicaPlacementToByte(superblock.replicaPlacement), 1);
  bytes.writeUInt8(superblock.ttl.count, 2);
  bytes.writeUInt8(superblock.ttl.unit, 3);
  bytes.writeUInt16BE(superblock.compactionRevision & 0xffff, 4);
  if (superblock.version !== 1) {
    bytes.writeUInt16BE(superblock.extra.length, 6);
    bytes.set(superblock.extra, SUPERBLOCK_BYTES);
  }
  return bytes;
}

/**
 * Reads the superblock from the first bytes of a volume file. Give at least 8 bytes, and `SUPERBLOCK_BYTES` + the extra length
 * (at most 65,543) when there is extra.
 * @throws FormatError `truncated`, `bad-version`
 */
export function decodeSuperblock(bytes: Buffer): Superblock {
  if (bytes.length < SUPERBLOCK_BYTES) {
    throw new FormatError('truncated', `superblock has ${bytes.length} bytes, expected ${SUPERBLOCK_BYTES}`);
  }
  const version = toNeedleVersion(bytes.readUInt8(0));
  const extraBytes = version === 1 ? 0 : bytes.readUInt16BE(6);
  if (bytes.length < SUPERBLOCK_BYTES + extraBytes) {
    throw new FormatError(
      'truncated',
      `superblock extra has ${bytes.length - SUPERBLOCK_BYTES} bytes, expected ${extraBytes}`,
    );
  }
  return {
    version,
    replicaPlacement: replicaPlacementFromByte(bytes.readUInt8(1)),
    ttl: { count: bytes.readUInt8(2), unit: bytes.readUInt8(3) },
    compactionRevision: bytes.readUInt16BE(4),
    extra: bytes.subarray(SUPERBLOCK_BYTES, SUPERBLOCK_BYTES + extraBytes),
  };
}
