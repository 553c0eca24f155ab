import { createHash, hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32c } from '@node-rs/crc32';
import type { ChecksumAlgorithm } from './checksum-algorithm.ts';
import { crc64 } from './crc64.ts';
import { createXxhash } from './xxhash.ts';

/** An incremental checksum. `digest` may be called once, last. */
export interface ChecksumHasher {
  update(data: Uint8Array): void;
  digest(): Buffer;
}

class Crc32Hasher implements ChecksumHasher {
  #crc = 0;
  readonly #step: (data: Uint8Array, previous: number) => number;

  constructor(step: (data: Uint8Array, previous: number) => number) {
    this.#step = step;
  }

  update(data: Uint8Array): void {
    this.#crc = this.#step(data, this.#crc);
  }

  digest(): Buffer {
    return fromCrc32(this.#crc);
  }
}

class Crc64Hasher implements ChecksumHasher {
  #crc = 0n;

  update(data: Uint8Array): void {
    this.#crc = crc64(data, this.#crc);
  }

  digest(): Buffer {
    return fromCrc64(this.#crc);
  }
}

const fromCrc32 = (crc: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes;
};

const fromCrc64 = (crc: bigint): Buffer => {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(crc);
  return bytes;
};

const HASH_NAMES = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512', MD5: 'md5' } as const;

/** A fresh hasher of the algorithm. */
export const createChecksumHasher = (algorithm: ChecksumAlgorithm): ChecksumHasher => {
  switch (algorithm) {
    case 'CRC32':
      return new Crc32Hasher(crc32);
    case 'CRC32C':
      return new Crc32Hasher(crc32c);
    case 'CRC64NVME':
      return new Crc64Hasher();
    case 'XXHASH64':
    case 'XXHASH3':
    case 'XXHASH128':
      return createXxhash(algorithm);
    default:
      return createHash(HASH_NAMES[algorithm]);
  }
};

/** The checksum of a whole body in one call, base64: cheaper than a hasher for small ones. */
export const computeChecksum = (algorithm: ChecksumAlgorithm, data: Uint8Array): string => {
  switch (algorithm) {
    case 'CRC32':
      return fromCrc32(crc32(data)).toString('base64');
    case 'CRC32C':
      return fromCrc32(crc32c(data)).toString('base64');
    case 'CRC64NVME':
      return fromCrc64(crc64(data)).toString('base64');
    case 'XXHASH64':
    case 'XXHASH3':
    case 'XXHASH128': {
      const hasher = createXxhash(algorithm);
      hasher.update(data);
      return hasher.digest().toString('base64');
    }
    default:
      return hash(HASH_NAMES[algorithm], data, 'base64');
  }
};
