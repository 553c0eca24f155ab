import fc from 'fast-check';
import { type CommitRecord, CommitRecordEncoder, decodeCommitRecord } from './commit-record.ts';

const key = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const value = fc.option(fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)));
const commits: fc.Arbitrary<CommitRecord> = fc.record({
  number: fc.nat(),
  round: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  rows: fc.array(fc.tuple(key, value), { maxLength: 20 }).map((rows) => new Map(rows)),
  sequences: fc.array(fc.tuple(fc.string(), fc.maxSafeNat()), { maxLength: 3 }).map((rows) => new Map(rows)),
});

test('records read back as written, one behind the other', () => {
  const encoder = new CommitRecordEncoder();
  fc.assert(
    fc.property(fc.array(commits, { maxLength: 5 }), (written) => {
      const log = Buffer.concat(written.map((commit) => Buffer.from(encoder.encode(commit))));
      let offset = 0;
      for (const commit of written) {
        const read = decodeCommitRecord(log, offset);
        expect(read?.commit).toEqual(commit);
        offset = read?.end ?? 0;
      }
      expect(offset).toBe(log.length);
      expect(decodeCommitRecord(log, offset)).toBeUndefined();
    }),
  );
});

test('a record that was cut short, or of which any byte is different, is none', () => {
  const encoder = new CommitRecordEncoder();
  fc.assert(
    fc.property(commits, fc.nat(), fc.integer({ min: 1, max: 255 }), (commit, place, change) => {
      const record = Buffer.from(encoder.encode(commit));
      const at = place % record.length;
      expect(decodeCommitRecord(record.subarray(0, at), 0)).toBeUndefined();
      record[at] = (record[at] ?? 0) ^ change;
      expect(decodeCommitRecord(record, 0)).toBeUndefined();
    }),
  );
});

test('any bytes can be looked at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, offset) => {
      expect(decodeCommitRecord(Buffer.from(bytes), offset)).toBeUndefined();
    }),
  );
});
