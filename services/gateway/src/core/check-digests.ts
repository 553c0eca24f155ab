import {
  algorithmOfHeader,
  type ChecksumAlgorithm,
  checksumHeader,
  isWellFormedChecksum,
  S3Error,
} from '@needlestack/s3-protocol';
import type { BodyPlan } from './plan-body.ts';

/** Digests of the received bytes, raw, by algorithm. */
export type Digests = ReadonlyMap<ChecksumAlgorithm, Uint8Array>;

/** Checksum that is stored and answered when the request names none (s3.md rule 22). */
export const DEFAULT_CHECKSUM: ChecksumAlgorithm = 'CRC64NVME';

/** Which digests a body needs: its ETag's, the one it is stored with, and those that the request wants proven. */
export const digestsFor = (plan: BodyPlan, stored: ChecksumAlgorithm): readonly ChecksumAlgorithm[] => {
  const needed = new Set<ChecksumAlgorithm>(['MD5', stored]);
  if (plan.checksum !== undefined) needed.add(plan.checksum.algorithm);
  if (plan.sha256 !== undefined) needed.add('SHA256');
  return [...needed];
};

/** Text of a digest. @throws TypeError when it was not asked for: an error of ours */
export const digestText = (digests: Digests, algorithm: ChecksumAlgorithm, encoding: 'hex' | 'base64'): string => {
  const digest = digests.get(algorithm);
  if (digest === undefined) throw new TypeError(`no ${algorithm} was computed`);
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString(encoding);
};

/**
 * Compares what was received with what the request said.
 *
 * @param trailers of the chunked body, by lower-case name
 * @throws S3Error `XAmzContentSHA256Mismatch`, `BadDigest`, `InvalidRequest` (malformed trailer value)
 */
export const checkDigests = (plan: BodyPlan, digests: Digests, trailers: ReadonlyMap<string, string>): void => {
  if (plan.sha256 !== undefined) {
    const computed = digestText(digests, 'SHA256', 'hex');
    if (computed !== plan.sha256) {
      throw new S3Error('XAmzContentSHA256Mismatch', {
        details: { ClientComputedContentSHA256: plan.sha256, S3ComputedContentSHA256: computed },
      });
    }
  }
  if (plan.contentMd5 !== undefined) {
    requireDigest(plan.contentMd5, digestText(digests, 'MD5', 'base64'), undefined);
  }
  if (plan.checksum?.value !== undefined) {
    requireDigest(plan.checksum.value, digestText(digests, plan.checksum.algorithm, 'base64'), plan.checksum.algorithm);
  }
  for (const [name, value] of trailers) checkTrailer(name, value, digests);
};

const checkTrailer = (name: string, value: string, digests: Digests): void => {
  const algorithm = algorithmOfHeader(name);
  if (algorithm === undefined) return;
  if (!isWellFormedChecksum(algorithm, value)) {
    throw new S3Error('InvalidRequest', {
      message: `Value for ${checksumHeader(algorithm)} trailing header is invalid.`,
    });
  }
  requireDigest(value, digestText(digests, algorithm, 'base64'), algorithm);
};

/**
 * Compares two digests in base64. S3 tells the expected one of Content-MD5 in hex.
 *
 * @param algorithm undefined for Content-MD5
 * @throws S3Error `BadDigest`
 */
export const requireDigest = (expected: string, calculated: string, algorithm: ChecksumAlgorithm | undefined): void => {
  if (expected === calculated) return;
  if (algorithm === undefined) {
    const expectedHex = Buffer.from(expected, 'base64').toString('hex');
    throw new S3Error('BadDigest', { details: { CalculatedDigest: calculated, ExpectedDigest: expectedHex } });
  }
  throw new S3Error('BadDigest', {
    message: `The ${algorithm} you specified did not match the calculated checksum.`,
    details: { CalculatedDigest: calculated, ExpectedDigest: expected },
  });
};
