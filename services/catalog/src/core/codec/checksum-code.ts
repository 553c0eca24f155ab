import type { ChecksumAlgorithm } from '@needlestack/service-contracts';
import { RecordError } from './record-error.ts';

/** Stored numbers: position in this list plus 1, 0 for none. Append only. */
const ALGORITHMS: readonly ChecksumAlgorithm[] = [
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
];

export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export function checksumCode(algorithm: ChecksumAlgorithm | undefined): number {
  return algorithm === undefined ? 0 : ALGORITHMS.indexOf(algorithm) + 1;
}

export function checksumOfCode(code: number): ChecksumAlgorithm | undefined {
  if (code === 0) return undefined;
  const algorithm = ALGORITHMS[code - 1];
  if (algorithm === undefined) throw new RecordError(`checksum algorithm ${code}: expected 0 to ${ALGORITHMS.length}`);
  return algorithm;
}

export function checksumTypeCode(type: ChecksumType | undefined): number {
  return type === undefined ? 0 : type === 'FULL_OBJECT' ? 1 : 2;
}

export function checksumTypeOfCode(code: number): ChecksumType | undefined {
  return code === 0 ? undefined : code === 1 ? 'FULL_OBJECT' : 'COMPOSITE';
}
