import fc from 'fast-check';
import { arbitraryNeedle } from '../testing/index.ts';
import {
  bufferSource,
  crc32c,
  decodeNeedle,
  encodeNeedle,
  FormatError,
  maskCrc32c,
  NEEDLE_FLAG,
  type Needle,
  needleHeadBytes,
  needleSizeBytes,
  recordBytes,
  scanNeedles,
  tombstoneOf,
  unmaskCrc32c,
  writeNeedleHead,
  writeNeedleTail,
} from './index.ts';

const versions = [1, 2, 3] as const;

/** What a version keeps of a needle. */
function asKept(needle: Needle, version: 1 | 2 | 3): Needle {
  const appendAtNs = version === 3 ? needle.appendAtNs : 0n;
  if (version > 1) return { ...needle, appendAtNs };
  return { ...tombstoneOf(needle.id, needle.cookie, needle.checksum, 0n), data: needle.data };
}

function plain(needle: Needle): unknown {
  const text = (bytes: Uint8Array | undefined) =>
    bytes === undefined ? undefined : Buffer.from(bytes).toString('hex');
  return {
    ...needle,
    data: text(needle.data),
    name: text(needle.name),
    mime: text(needle.mime),
    pairs: text(needle.pairs),
  };
}

test('a needle survives encoding and decoding in every version, in whole blocks of 8 bytes', () => {
  fc.assert(
    fc.property(arbitraryNeedle, fc.constantFrom(...versions), (needle, version) => {
      const record = encodeNeedle(needle, version);
      expect(record.length % 8).toBe(0);
      expect(record.length).toBe(recordBytes(needleSizeBytes(needle, version), version));
      const { dataCrc32c, ...decoded } = decodeNeedle(record, version);
      expect(plain(decoded)).toEqual(plain(asKept(needle, version)));
      expect(dataCrc32c).toBe(needle.data.length === 0 ? 0 : crc32c(needle.data));
    }),
    { numRuns: 300 },
  );
});

test('head and tail around the uncopied data equal the record encoded whole', () => {
  fc.assert(
    fc.property(arbitraryNeedle, fc.constantFrom(...versions), (needle, version) => {
      const sizeBytes = needleSizeBytes(needle, version);
      const scratch = Buffer.alloc(2048, 0xaa);
      const headEnd = writeNeedleHead(scratch, 0, needle, sizeBytes, version);
      const tailEnd = writeNeedleTail(scratch, headEnd, needle, sizeBytes, version, needle.appendAtNs);
      expect(headEnd).toBe(needleHeadBytes(needle.data.length, version));
      const parts = [scratch.subarray(0, headEnd), needle.data, scratch.subarray(headEnd, tailEnd)];
      expect(Buffer.concat(parts).equals(encodeNeedle(needle, version))).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('mutated and cut records fail only with a coded error, and never give other data', () => {
  const mutation = fc.record({ at: fc.nat(1000), xor: fc.integer({ min: 1, max: 255 }), cut: fc.nat(1000) });
  fc.assert(
    fc.property(arbitraryNeedle, fc.constantFrom(...versions), mutation, (needle, version, { at, xor, cut }) => {
      const record = encodeNeedle(needle, version);
      const position = at % record.length;
      record[position] = (record[position] ?? 0) ^ xor;
      const length = cut % 3 === 0 ? record.length - (cut % record.length) : record.length;
      try {
        const decoded = decodeNeedle(record.subarray(0, length), version);
        // The header's size may have shrunk to nothing, and then there is no checksum to hold against it.
        if (decoded.data.length > 0) expect(Buffer.from(decoded.data).equals(needle.data)).toBe(true);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});

test('a scan of arbitrary bytes ends with a reason inside the range', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...versions), async (bytes, version) => {
      const scan = scanNeedles(bufferSource(Buffer.from(bytes)), { version, startBytes: 0 });
      let step = await scan.next();
      while (!step.done) step = await scan.next();
      expect(step.value.offsetBytes).toBeLessThanOrEqual(bytes.length);
    }),
    { numRuns: 200 },
  );
});

test('a scan finds every record, and says where a torn one begins', async () => {
  const records = [1, 2, 3].map((n) =>
    encodeNeedle(
      { ...tombstoneOf(BigInt(n), n, 0, BigInt(n)), data: Buffer.alloc(n, n), checksum: crc32c(Buffer.alloc(n, n)) },
      3,
    ),
  );
  const whole = Buffer.concat(records);
  const lastAt = whole.length - (records[2]?.length ?? 0);
  for (let length = lastAt; length <= whole.length; length += 1) {
    const scan = scanNeedles(bufferSource(whole.subarray(0, length)), { version: 3, startBytes: 0 });
    let count = 0;
    let step = await scan.next();
    for (; !step.done; step = await scan.next()) count += 1;
    const expectedReason =
      length === whole.length || length === lastAt ? 'end' : length < lastAt + 16 ? 'torn-header' : 'torn-record';
    expect({ count, end: step.value }).toEqual({
      count: length === whole.length ? 3 : 2,
      end: { offsetBytes: length === whole.length ? length : lastAt, reason: expectedReason },
    });
  }
});

test('a tombstone is 32 bytes in version 3, 24 before, and carries the checksum it is given', () => {
  const tombstone = tombstoneOf(7n, 0x12345678, 0xcafe, 9n);
  expect(encodeNeedle(tombstone, 3).length).toBe(32);
  expect(encodeNeedle(tombstone, 2).length).toBe(24);
  expect(encodeNeedle(tombstone, 1).length).toBe(24);
  expect(decodeNeedle(encodeNeedle(tombstone, 3), 3)).toMatchObject({ checksum: 0xcafe, appendAtNs: 9n });
});

test('the masked checksum is accepted, and masking has an inverse', () => {
  const data = Buffer.from('123456789');
  expect(crc32c(data)).toBe(0xe3069283);
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffffffff }), (crc) => unmaskCrc32c(maskCrc32c(crc)) === crc));
  const needle = { ...tombstoneOf(1n, 2, maskCrc32c(crc32c(data)), 3n), data };
  expect(Buffer.from(decodeNeedle(encodeNeedle(needle, 3), 3).data).equals(data)).toBe(true);
});

test('sections too long for their length field are refused', () => {
  const needle = { ...tombstoneOf(1n, 2, 0, 3n), data: Buffer.from('x') };
  const named = { ...needle, flags: NEEDLE_FLAG.hasName, name: Buffer.alloc(256) };
  expect(() => needleSizeBytes(named, 3)).toThrow('name length is 256, expected 0 to 255');
  const paired = { ...needle, flags: NEEDLE_FLAG.hasPairs, pairs: Buffer.alloc(65_536) };
  expect(() => needleSizeBytes(paired, 3)).toThrow('pairs length is 65536, expected 0 to 65535');
});
