import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { parseQuery } from '../address/request-target.ts';
import { S3Error } from '../error/s3-error.ts';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  isWellFormedChecksum,
  multipartChecksumType,
} from './checksum-algorithm.ts';
import { computeChecksum } from './checksum-hasher.ts';
import { ChecksumSet } from './checksum-set.ts';
import { combinePartChecksums } from './combine-parts.ts';
import { crc64 } from './crc64.ts';
import { CRC64_POLYNOMIAL } from './crc64-module.ts';
import { readContentMd5, readRequestChecksum } from './request-checksum.ts';

const digits = Buffer.from('123456789');

/** The definition, bit by bit. */
const slowCrc64 = (data: Uint8Array): bigint => {
  let register = 0xffff_ffff_ffff_ffffn;
  for (const byte of data) {
    register ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++)
      register = (register & 1n) === 1n ? (register >> 1n) ^ CRC64_POLYNOMIAL : register >> 1n;
  }
  return register ^ 0xffff_ffff_ffff_ffffn;
};

test('known check values', () => {
  expect(crc64(digits)).toBe(0xae8b14860a799888n);
  expect(computeChecksum('CRC64NVME', digits)).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'));
  expect(computeChecksum('CRC32', digits)).toBe(Buffer.from('cbf43926', 'hex').toString('base64'));
  expect(computeChecksum('CRC32C', digits)).toBe(Buffer.from('e3069283', 'hex').toString('base64'));
  expect(computeChecksum('SHA256', digits)).toBe(createHash('sha256').update(digits).digest('base64'));
  expect(computeChecksum('CRC64NVME', Buffer.alloc(0))).toBe('AAAAAAAAAAA=');
});

test('CRC-64 equals its definition for any length and offset', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, cut) => {
      const at = Math.min(cut, bytes.length);
      expect(crc64(bytes.subarray(at), crc64(bytes.subarray(0, at)))).toBe(slowCrc64(bytes));
    }),
    { numRuns: 200 },
  );
  // In pieces below the size from which two halves are hashed side by side.
  const large = randomBytes(200_001);
  let pieced = 0n;
  for (let at = 0; at < large.length; at += 777) pieced = crc64(large.subarray(at, at + 777), pieced);
  expect(crc64(large)).toBe(pieced);
  for (const length of [1023, 1024, 1025, 4096, 5000, 65_535, 65_536]) {
    const bytes = large.subarray(0, length);
    expect(crc64(bytes)).toBe(slowCrc64(bytes));
  }
});

test('a set hashes everything in one pass', () => {
  const set = new ChecksumSet([...CHECKSUM_ALGORITHMS, 'MD5']);
  for (const byte of digits) set.update(Buffer.from([byte]));
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    expect(set.digestBase64(algorithm)).toBe(computeChecksum(algorithm, digits));
    expect(set.digestBase64(algorithm)).toBe(computeChecksum(algorithm, digits));
    expect(isWellFormedChecksum(algorithm, computeChecksum(algorithm, digits))).toBe(true);
  }
  expect(new ChecksumSet(['MD5']).digest('SHA1')).toBeUndefined();
});

test('part CRCs combine into that of the whole', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<ChecksumAlgorithm>('CRC32', 'CRC32C', 'CRC64NVME'),
      fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }),
      (algorithm, pieces) => {
        const parts = pieces.map((piece) => ({ value: computeChecksum(algorithm, piece), sizeBytes: piece.length }));
        expect(combinePartChecksums(algorithm, 'FULL_OBJECT', parts)).toBe(
          computeChecksum(algorithm, Buffer.concat(pieces)),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('composite checksums hash the joined digests', () => {
  const parts = ['one', 'two'].map((text) => ({ value: computeChecksum('SHA256', Buffer.from(text)), sizeBytes: 3 }));
  const joined = Buffer.concat(parts.map((part) => Buffer.from(part.value, 'base64')));
  expect(combinePartChecksums('SHA256', 'COMPOSITE', parts)).toBe(`${computeChecksum('SHA256', joined)}-2`);
  expect(() => combinePartChecksums('SHA256', 'FULL_OBJECT', parts)).toThrow(TypeError);
});

test('types that an algorithm has in multipart uploads', () => {
  expect(multipartChecksumType('CRC64NVME', undefined)).toBe('FULL_OBJECT');
  expect(multipartChecksumType('CRC64NVME', 'COMPOSITE')).toBeUndefined();
  expect(multipartChecksumType('CRC32', undefined)).toBe('COMPOSITE');
  expect(multipartChecksumType('CRC32', 'FULL_OBJECT')).toBe('FULL_OBJECT');
  expect(multipartChecksumType('SHA1', 'FULL_OBJECT')).toBeUndefined();
});

describe('what a request says', () => {
  const none = parseQuery('');
  const refusal = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof S3Error) return error.code;
      throw error;
    }
    return 'accepted';
  };

  test('header, trailer or hoisted parameter', () => {
    expect(readRequestChecksum({ 'x-amz-checksum-crc32': 'y/Q5Jg==' }, none)).toEqual({
      algorithm: 'CRC32',
      value: 'y/Q5Jg==',
    });
    expect(readRequestChecksum({ 'x-amz-trailer': 'x-amz-checksum-crc64nvme' }, none)).toEqual({
      algorithm: 'CRC64NVME',
      value: undefined,
    });
    expect(readRequestChecksum({}, parseQuery('x-amz-checksum-crc32=y%2FQ5Jg%3D%3D'))).toEqual({
      algorithm: 'CRC32',
      value: 'y/Q5Jg==',
    });
    expect(readRequestChecksum({ 'x-amz-checksum-mode': 'ENABLED' }, none)).toBeUndefined();
  });

  test.each([
    [{ 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-checksum-sha1': '98O8HYCOBHMq32eZZczDTKeuNEE=' }],
    [{ 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-trailer': 'x-amz-checksum-crc32' }],
    [{ 'x-amz-checksum-crc32': 'y/Q5' }],
    [{ 'x-amz-checksum-crc32': 'bad' }],
    [{ 'x-amz-checksum-crc31': 'y/Q5Jg==' }],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC32' }],
    [{ 'x-amz-sdk-checksum-algorithm': 'CRC31', 'x-amz-checksum-crc32': 'y/Q5Jg==' }],
    [{ 'x-amz-sdk-checksum-algorithm': 'SHA1', 'x-amz-checksum-crc32': 'y/Q5Jg==' }],
    [{ 'x-amz-trailer': 'x-amz-meta-later' }],
  ])('refused: %j', (headers: Record<string, string>) => {
    expect(refusal(() => readRequestChecksum(headers, none))).toBe('InvalidRequest');
  });

  test('Content-MD5', () => {
    expect(readContentMd5({ 'content-md5': 'JfnnlDI7RTiF9RgfG2JNCw==' })).toBe('JfnnlDI7RTiF9RgfG2JNCw==');
    expect(refusal(() => readContentMd5({ 'content-md5': 'JfnnlDI7RTiF9RgfG2JN' }))).toBe('InvalidDigest');
    expect(refusal(() => readContentMd5({ 'content-md5': '' }))).toBe('InvalidDigest');
    expect(readContentMd5({})).toBeUndefined();
  });
});
