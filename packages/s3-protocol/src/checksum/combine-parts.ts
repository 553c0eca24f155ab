import { type ChecksumAlgorithm, type ChecksumType, isCombinable } from './checksum-algorithm.ts';
import { computeChecksum } from './checksum-hasher.ts';
import { combineCrc } from './combine-crc.ts';

/** One part's checksum in base64, with the part's size. */
export interface PartChecksum {
  readonly value: string;
  readonly sizeBytes: number;
}

/**
 * The checksum of a multipart object from those of its parts (s3.md rule 23): composite ones hash the joined digests and end in
 * `-N`; full-object CRCs are combined. Nothing is read again.
 *
 * @throws TypeError for a full-object checksum of an algorithm that cannot be combined; callers choose the type beforehand
 */
export const combinePartChecksums = (
  algorithm: ChecksumAlgorithm,
  type: ChecksumType,
  parts: readonly PartChecksum[],
): string => {
  if (type === 'COMPOSITE') {
    const joined = Buffer.concat(parts.map((part) => Buffer.from(part.value, 'base64')));
    return `${computeChecksum(algorithm, joined)}-${parts.length}`;
  }
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first.value;
  if (!isCombinable(algorithm)) throw new TypeError(`${algorithm} of parts cannot be combined into that of the whole`);
  let crc = 0n;
  for (const part of parts) {
    crc = combineCrc(algorithm, crc, BigInt(`0x${Buffer.from(part.value, 'base64').toString('hex')}`), part.sizeBytes);
  }
  return Buffer.from(crc.toString(16).padStart(algorithm === 'CRC64NVME' ? 16 : 8, '0'), 'hex').toString('base64');
};
