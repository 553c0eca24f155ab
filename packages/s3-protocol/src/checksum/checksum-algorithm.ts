/** The checksums of S3 that are served, with the header each one travels in. */
export const CHECKSUM_ALGORITHMS = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
] as const;

export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

const DIGEST_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
  XXHASH64: 8,
  XXHASH3: 8,
  XXHASH128: 16,
};

/** Made once: a name that is put together anew is hashed anew at each look at the headers. */
const HEADERS: Readonly<Record<ChecksumAlgorithm, string>> = {
  CRC32: 'x-amz-checksum-crc32',
  CRC32C: 'x-amz-checksum-crc32c',
  CRC64NVME: 'x-amz-checksum-crc64nvme',
  SHA1: 'x-amz-checksum-sha1',
  SHA256: 'x-amz-checksum-sha256',
  SHA512: 'x-amz-checksum-sha512',
  MD5: 'x-amz-checksum-md5',
  XXHASH64: 'x-amz-checksum-xxhash64',
  XXHASH3: 'x-amz-checksum-xxhash3',
  XXHASH128: 'x-amz-checksum-xxhash128',
};

/** Header, trailer and query parameter of an algorithm's value: `x-amz-checksum-crc32`. */
export const checksumHeader = (algorithm: ChecksumAlgorithm): string => HEADERS[algorithm];

/** XML element of an algorithm's value: `ChecksumCRC32`. */
export const checksumElement = (algorithm: ChecksumAlgorithm): string => `Checksum${algorithm}`;

const BY_HEADER: ReadonlyMap<string, ChecksumAlgorithm> = new Map(
  CHECKSUM_ALGORITHMS.map((algorithm) => [checksumHeader(algorithm), algorithm]),
);

/** The algorithm whose value travels in this header, or undefined. */
export const algorithmOfHeader = (name: string): ChecksumAlgorithm | undefined => BY_HEADER.get(name);

/** The algorithm of that name, in any case; undefined when it is not served. */
export const parseChecksumAlgorithm = (text: string): ChecksumAlgorithm | undefined => {
  const upper = text.toUpperCase();
  return CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === upper);
};

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Whether the text is base64 of exactly the algorithm's digest length. */
export const isWellFormedChecksum = (algorithm: ChecksumAlgorithm, value: string): boolean =>
  BASE64.test(value) &&
  value.length % 4 === 0 &&
  Buffer.byteLength(value, 'base64') === DIGEST_BYTES[algorithm] &&
  Buffer.from(value, 'base64').length === DIGEST_BYTES[algorithm];

/** CRCs of pieces can be combined into the CRC of the whole; digests cannot. */
export const isCombinable = (algorithm: ChecksumAlgorithm): algorithm is 'CRC32' | 'CRC32C' | 'CRC64NVME' =>
  algorithm === 'CRC32' || algorithm === 'CRC32C' || algorithm === 'CRC64NVME';

/**
 * The checksum type of a multipart upload (s3.md rule 23): the one asked for, or the algorithm's default. Undefined when the
 * algorithm does not have the type that was asked for.
 */
export const multipartChecksumType = (
  algorithm: ChecksumAlgorithm,
  asked: ChecksumType | undefined,
): ChecksumType | undefined => {
  if (algorithm === 'CRC64NVME') return asked === 'COMPOSITE' ? undefined : 'FULL_OBJECT';
  if (isCombinable(algorithm)) return asked ?? 'COMPOSITE';
  return asked === 'FULL_OBJECT' ? undefined : 'COMPOSITE';
};
