import fc from 'fast-check';
import { RpcError } from '../rpc-error.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { FRAME_HEAD_BYTES, openFrame, sealFrame } from './session-service.ts';

const record = fc.record({
  small: fc.nat(0xffff),
  id: fc.nat({ max: 2 ** 48 - 1 }),
  key: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  text: fc.string({ unit: 'grapheme' }),
  data: fc.uint8Array({ maxLength: 100_000 }),
});

test('records read back as written, also over grown and reused buffers', () => {
  const writer = new ByteWriter();
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), (records) => {
      for (const { small, id, key, text, data } of records) {
        writer.u16(small);
        writer.u48(id);
        writer.u64(key);
        writer.text(text);
        writer.bytes(data);
      }
      const reader = new ByteReader(writer.take());
      for (const { small, id, key, text, data } of records) {
        expect(reader.u16()).toBe(small);
        expect(reader.u48()).toBe(id);
        expect(reader.u64()).toBe(key);
        expect(reader.text()).toBe(text);
        expect(reader.bytes().equals(data)).toBe(true);
      }
      expect(reader.remainingBytes).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('what was taken is never written again', () => {
  const writer = new ByteWriter();
  writer.u32(1);
  const taken = writer.take();
  for (let value = 0; value < 50_000; value++) writer.u32(7);
  expect(taken.readUInt32LE()).toBe(1);
});

test('a cut record is a coded error', () => {
  const writer = new ByteWriter();
  writer.bytes(Buffer.alloc(10));
  const whole = writer.take();
  for (let sizeBytes = 0; sizeBytes < whole.length; sizeBytes++) {
    expect(() => new ByteReader(whole.subarray(0, sizeBytes)).bytes()).toThrow(RpcError);
  }
});

test('a frame keeps its entries; minimal lengths of other writers are read too; damage is a coded error', () => {
  for (const sizeBytes of [0, 1, 127, 128, 300_000]) {
    const entries = Buffer.alloc(sizeBytes, 5);
    const frame = sealFrame(Buffer.concat([Buffer.alloc(FRAME_HEAD_BYTES), entries]));
    expect(openFrame(frame).equals(entries)).toBe(true);
    expect(() => openFrame(Buffer.concat([frame, Buffer.alloc(1)]))).toThrow(RpcError);
  }
  expect([...openFrame(Buffer.from([0x0a, 2, 8, 9]))]).toEqual([8, 9]);
  expect(openFrame(Buffer.alloc(0))).toHaveLength(0);
  expect(() => openFrame(Buffer.from([0x12, 0]))).toThrow(RpcError);
  expect(() => openFrame(Buffer.from([0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]))).toThrow(RpcError);
});
