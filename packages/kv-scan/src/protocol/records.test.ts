import fc from 'fast-check';
import { decodeChunks, RecordsBuilder, ROW_HEADER_BYTES, readRecords } from './records.ts';

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));

test('rows come back as they went in, as many as fit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(bytes, bytes)),
      fc.integer({ min: 1, max: 400 }),
      fc.nat(3),
      (rows, bytesMax, hidden) => {
        const builder = new RecordsBuilder(bytesMax);
        const prefix = Buffer.alloc(hidden, 0xee);
        const taken: [Buffer, Buffer][] = [];
        for (const [key, value] of rows) {
          if (!builder.add(Buffer.concat([prefix, key]), hidden, value)) break;
          taken.push([key, value]);
        }
        const records = builder.finish();
        expect([...readRecords(records)].map(({ key, value }) => [key, value])).toEqual(taken);
        expect(builder.lastKey()).toEqual(taken.at(-1)?.[0]);
        const sizes = rows.map(([key, value]) => ROW_HEADER_BYTES + key.length + value.length);
        // The most rows whose bytes fit, and one at least.
        let fitting = 0;
        for (let sum = 0; fitting < sizes.length; fitting += 1) {
          sum += sizes[fitting] ?? 0;
          if (sum > bytesMax && fitting > 0) break;
        }
        expect(taken).toHaveLength(fitting);
      },
    ),
    { numRuns: 300 },
  );
});

test('any other bytes are refused, or are rows', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (array) => {
      const records = Buffer.from(array);
      let length = 0;
      try {
        for (const { key, value } of readRecords(records)) length += ROW_HEADER_BYTES + key.length + value.length;
        expect(length).toBe(records.length);
      } catch (error) {
        expect(error).toMatchObject({ code: 'broken-answer' });
      }
    }),
    { numRuns: 300 },
  );
});

test('a list of chunks has whole chunks', () => {
  const chunk = Buffer.from('0000000700000000000000ff0102030400000010ffffffff', 'hex');
  expect(decodeChunks(Buffer.concat([chunk, chunk]))).toHaveLength(2);
  expect(decodeChunks(chunk)).toEqual([
    { volumeId: 7, needleKey: 255n, cookie: 0x01020304, sizeBytes: 16, crc32c: 0xffffffff },
  ]);
  expect(() => decodeChunks(chunk.subarray(1))).toThrow(expect.objectContaining({ code: 'broken-answer' }));
});
