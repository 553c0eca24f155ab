export { type ByteSource, bufferSource } from './byte-source.ts';
export {
  type DecodedNeedle,
  decodeNeedle,
  decodeNeedleHeader,
  locateNeedleBody,
  type NeedleBody,
  verifyNeedleData,
} from './decode-needle.ts';
export { encodeNeedle, needleHeadBytes, needleSizeBytes, writeNeedleHead, writeNeedleTail } from './encode-needle.ts';
export {
  type FileId,
  formatFileId,
  formatKeyAndCookie,
  parseFileId,
  parseKeyAndCookie,
  parseVolumeId,
} from './file-id.ts';
export { FORMAT_ERROR_CODES, FormatError, type FormatErrorCode } from './format-error.ts';
export {
  decodeIndex,
  decodeIndexEntry,
  encodeIndexEntry,
  type IndexEntry,
  indexRowBytes,
  type OffsetWidth,
  TOMBSTONE_SIZE,
  volumeBytesMax,
  writeIndexRow,
} from './index-entry.ts';
export {
  CURRENT_NEEDLE_VERSION,
  MIME_BYTES_MAX,
  NAME_BYTES_MAX,
  NEEDLE_HEADER_BYTES,
  NEEDLE_SIZE_MAX,
  type NeedleVersion,
  PAIRS_BYTES_MAX,
  paddingBytes,
  RECORD_ALIGNMENT_BYTES,
  recordBytes,
  SUPERBLOCK_BYTES,
  toNeedleVersion,
  trailerBytes,
} from './layout.ts';
export { type Needle, type NeedleHeader, tombstoneOf } from './needle.ts';
export { crc32c, isChecksumOf, maskCrc32c, unmaskCrc32c } from './needle-checksum.ts';
export { hasFlag, NEEDLE_FLAG } from './needle-flags.ts';
export {
  formatReplicaPlacement,
  NO_REPLICAS,
  parseReplicaPlacement,
  type ReplicaPlacement,
  replicaCopies,
  replicaPlacementFromByte,
  replicaPlacementToByte,
} from './replica-placement.ts';
export { type ScanEnd, type ScanEndReason, type ScannedNeedle, type ScanOptions, scanNeedles } from './scan-needles.ts';
export { decodeSuperblock, encodeSuperblock, type Superblock, superblockBytes } from './superblock.ts';
export {
  formatTtl,
  isForever,
  NO_TTL,
  parseTtl,
  type TimeToLive,
  ttlFromUint32,
  ttlSeconds,
  ttlToUint32,
} from './time-to-live.ts';
export { formatVolumeFileName, parseVolumeFileName, type VolumeFileName } from './volume-file-name.ts';
export {
  DEFAULT_VOLUME_INFO,
  decodeVolumeInfo,
  type EcShardConfig,
  encodeVolumeInfo,
  type RemoteFile,
  type VolumeInfo,
} from './volume-info.ts';
