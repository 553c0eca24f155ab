import type { Chunk } from '@needlestack/service-contracts';
import fc from 'fast-check';
import { OpenedChunks } from './opened-chunks.ts';

const makeChunk = (key: number): Chunk => ({
  volumeId: 1,
  needleKey: BigInt(key),
  cookie: 1,
  sizeBytes: 10,
  crc32c: 0,
});

test('a chunk is kept when it was opened twice, by its object alone', () => {
  const opened = new OpenedChunks({ bytesMax: 10_000, chunkBytesMax: 1_000 });
  const [chunk, same] = [makeChunk(1), makeChunk(1)];
  const plain = Buffer.from('plain');
  opened.note(chunk, plain);
  expect(opened.get(chunk)).toBeUndefined();
  opened.note(chunk, plain);
  expect(opened.get(chunk)).toBe(plain);
  expect(opened.get(same)).toBeUndefined();
});

test('as many are kept as there is room for, the newest ones; long ones never', () => {
  const reading = fc.record({ key: fc.nat(9), sizeBytes: fc.integer({ min: 1, max: 1_500 }) });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 60 }), (readings) => {
      const opened = new OpenedChunks({ bytesMax: 4_000, chunkBytesMax: 1_000 });
      const chunks = Array.from({ length: 10 }, (_, key) => makeChunk(key));
      const timesRead = new Map<Chunk, number>();
      let expected: { readonly chunk: Chunk; readonly plain: Buffer }[] = [];
      for (const { key, sizeBytes } of readings) {
        const chunk = chunks[key] ?? makeChunk(key);
        const plain = Buffer.alloc(sizeBytes);
        opened.note(chunk, plain);
        if (sizeBytes > 1_000 || expected.some((kept) => kept.chunk === chunk)) continue;
        timesRead.set(chunk, (timesRead.get(chunk) ?? 0) + 1);
        if ((timesRead.get(chunk) ?? 0) < 2) continue;
        expected.push({ chunk, plain });
        const bytesOf = (kept: typeof expected): number => kept.reduce((sum, each) => sum + each.plain.length + 256, 0);
        while (bytesOf(expected) > 4_000) expected = expected.slice(1);
      }
      for (const chunk of chunks) {
        expect(opened.get(chunk)).toBe(expected.find((kept) => kept.chunk === chunk)?.plain);
      }
    }),
  );
});
