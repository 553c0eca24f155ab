/** The flags byte of a version 2 or 3 needle. It is not covered by the checksum. */
export const NEEDLE_FLAG = {
  /** The data is a gzip stream. */
  compressed: 0x01,
  hasName: 0x02,
  hasMime: 0x04,
  hasLastModified: 0x08,
  hasTtl: 0x10,
  hasPairs: 0x20,
  /** The data is a manifest of chunks (JSON). */
  chunkManifest: 0x80,
} as const;

export function hasFlag(flags: number, flag: number): boolean {
  return (flags & flag) !== 0;
}
