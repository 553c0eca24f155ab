/** Texts on the wire that must be one of a closed set; another is refused as `invalid-argument`. */
import { RpcError } from '@needlestack/rpc';
import { type AccountConfigKind, BUCKET_CONFIG_CODES, type BucketConfigKind } from '../bucket.ts';
import type { ChecksumAlgorithm } from '../object-version.ts';

export const BUCKET_CONFIG_KINDS = Object.keys(BUCKET_CONFIG_CODES) as readonly BucketConfigKind[];
export const ACCOUNT_CONFIG_KINDS: readonly AccountConfigKind[] = ['public-access-block'];

export const CHECKSUM_ALGORITHM_NAMES: readonly ChecksumAlgorithm[] = [
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

export const CHECKSUM_TYPES = ['FULL_OBJECT', 'COMPOSITE'] as const;
export const VERSIONING_STATES = ['Off', 'Enabled', 'Suspended'] as const;
export const LOCK_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const;
export const ENCRYPTION_SCHEMES = ['SSE-C', 'SSE-S3', 'SSE-KMS', 'DSSE-KMS'] as const;

export function requireOneOf<const T extends string>(what: string, text: string, all: readonly T[]): T {
  const found = all.find((one) => one === text);
  if (found === undefined)
    throw new RpcError('invalid-argument', `${what} ${JSON.stringify(text)}: expected one of ${all.join(', ')}`);
  return found;
}

/** The same for a text that may be absent. */
export function optionalOneOf<const T extends string>(
  what: string,
  text: string | undefined,
  all: readonly T[],
): T | undefined {
  return text === undefined ? undefined : requireOneOf(what, text, all);
}

/** A message that the caller had to send. */
export function requireMessage<T>(what: string, message: T | null | undefined): T {
  if (message === null || message === undefined) throw new RpcError('invalid-argument', `${what} is missing`);
  return message;
}
