const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The tag of a needle: the CRC32C of its stored bytes, in quotes. */
export function formatETag(crc32c: number): string {
  return `"${formatCrc32c(crc32c)}"`;
}

/** Eight hexadecimal digits. */
export function formatCrc32c(crc32c: number): string {
  return `${HEX[crc32c >>> 24]}${HEX[(crc32c >>> 16) & 0xff]}${HEX[(crc32c >>> 8) & 0xff]}${HEX[crc32c & 0xff]}`;
}
