/** CRC32 of BZIP2: the usual polynomial, but the highest bit of a byte first. */
const POLYNOMIAL = 0x04c11db7;

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ POLYNOMIAL : value << 1;
  return value >>> 0;
});

export const bzip2Checksum = (bytes: Uint8Array): number => {
  let checksum = 0xffff_ffff;
  for (const byte of bytes) checksum = (checksum << 8) ^ (TABLE[(checksum >>> 24) ^ byte] ?? 0);
  return ~checksum >>> 0;
};

/** The checksum of a stream after one more block. */
export const combineChecksums = (stream: number, block: number): number =>
  (((stream << 1) | (stream >>> 31)) ^ block) >>> 0;
