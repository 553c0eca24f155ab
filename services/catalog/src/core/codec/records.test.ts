/** Records round-trip, and damaged ones are refused with an error, never read as something else's length. */
import type { NewObjectVersion } from '@needlestack/service-contracts';
import fc from 'fast-check';
import { decodeListedObject, decodeObjectRecord, encodeObjectRecord } from './object-record.ts';
import { RecordError } from './record-error.ts';
import { inCurrentVersion } from './record-version.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const map = fc.dictionary(text, text, { maxKeys: 4 });
const chunk = fc.record({
  volumeId: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  needleKey: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  cookie: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  sizeBytes: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  crc32c: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});
const md5 = fc.stringMatching(/^[0-9a-f]{32}$/);

const versionArbitrary: fc.Arbitrary<NewObjectVersion> = fc.record(
  {
    sizeBytes: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    etag: fc.oneof(
      md5,
      md5.map((hex) => `${hex}-12`),
      text,
    ),
    systemHeaders: map,
    userMetadata: map,
    chunks: fc.array(chunk, { maxLength: 5 }),
    ownerId: text,
    checksum: fc.record({
      algorithm: fc.constantFrom('CRC32', 'SHA512', 'XXHASH128'),
      type: fc.constantFrom('FULL_OBJECT', 'COMPOSITE'),
      value: text,
    }),
    storageClass: fc.string({ minLength: 1, maxLength: 10 }).filter((name) => name !== 'STANDARD'),
    tags: fc.dictionary(text, text, { minKeys: 1, maxKeys: 3 }),
  },
  { requiredKeys: ['sizeBytes', 'etag', 'systemHeaders', 'userMetadata', 'chunks', 'ownerId'] },
);

test('object records give back what was put in, and their listing the same facts', () => {
  fc.assert(
    fc.property(versionArbitrary, fc.nat(2 ** 45), fc.option(fc.nat(2 ** 50)), (version, lastModifiedMs, order) => {
      const nonce = '0123456789abcdef';
      const place = { lastModifiedMs, isDeleteMarker: false, ...(order === null ? {} : { order, nonce }) };
      const record = encodeObjectRecord(version, place);
      const decoded = decodeObjectRecord(record);
      expect(decoded.hasInlineData).toBe(false);
      const { versionId, ...rest } = decoded.version;
      expect(rest).toEqual({ ...version, lastModifiedMs, isDeleteMarker: false });
      expect(versionId === 'null').toBe(order === null);
      expect(decodeListedObject('k', record)).toEqual({
        key: 'k',
        sizeBytes: version.sizeBytes,
        etag: version.etag,
        lastModifiedMs,
        storageClass: version.storageClass ?? 'STANDARD',
        ownerId: version.ownerId,
        ...(version.checksum === undefined
          ? {}
          : { checksumAlgorithm: version.checksum.algorithm, checksumType: version.checksum.type }),
      });
    }),
    { numRuns: 300 },
  );
});

test('a record that is cut short is refused, or read as the shorter record that it then is', () => {
  fc.assert(
    fc.property(versionArbitrary, fc.nat(), (version, at) => {
      const record = encodeObjectRecord(version, { lastModifiedMs: 1, isDeleteMarker: false });
      const cut = record.subarray(0, at % record.length);
      try {
        const { version: read } = decodeObjectRecord(cut);
        expect(read.sizeBytes).toBe(version.sizeBytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RecordError);
      }
    }),
    { numRuns: 200 },
  );
});

test('older records are upgraded step by step; unknown versions are refused', () => {
  const format = {
    name: 'sample',
    version: 3,
    upgrades: {
      1: (record: Buffer) => Buffer.from([2, ...record.subarray(1), 20]),
      2: (record: Buffer) => Buffer.from([3, ...record.subarray(1), 30]),
    },
  };
  expect([...inCurrentVersion(format, Buffer.from([1, 7]))]).toEqual([3, 7, 20, 30]);
  expect([...inCurrentVersion(format, Buffer.from([3, 7]))]).toEqual([3, 7]);
  for (const version of [0, 4]) expect(() => inCurrentVersion(format, Buffer.from([version]))).toThrow('up to 3');
  expect(() => inCurrentVersion(format, Buffer.alloc(0))).toThrow(RecordError);
});
