import fc from 'fast-check';
import { parseChunkManifest, planChunks, sumChunks } from './chunk-manifest.ts';

test('chunks come in the order of their offsets; what is not said is empty', () => {
  const text = '{"chunks":[{"fid":"2,02","offset":5,"size":3},{"fid":"1,01","size":5}]}';
  expect(parseChunkManifest(text)).toEqual({
    name: '',
    mime: '',
    sizeBytes: 0,
    chunks: [
      { fileId: '1,01', offsetBytes: 0, sizeBytes: 5 },
      { fileId: '2,02', offsetBytes: 5, sizeBytes: 3 },
    ],
  });
});

test.each([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['a number', '3'],
  ['chunks that are no list', '{"chunks":{}}'],
  ['a chunk that is no object', '{"chunks":["1,01"]}'],
  ['a chunk without a fid', '{"chunks":[{"size":1}]}'],
  ['a size below 0', '{"chunks":[{"fid":"1,01","size":-1}]}'],
  ['a size that is no whole number', '{"size":1.5}'],
])('%s is no manifest', (_, text) => {
  expect(() => parseChunkManifest(text)).toThrow(/not a chunk manifest/);
});

test('the slices of a stretch are the stretch, whatever the chunks', () => {
  const sizes = fc.array(fc.nat(20), { maxLength: 10 });
  fc.assert(
    fc.property(sizes, fc.nat(120), fc.nat(120), (lengths, start, length) => {
      const chunks = lengths.map((sizeBytes, at) => ({ fileId: String(at), offsetBytes: at, sizeBytes }));
      const whole = lengths.flatMap((sizeBytes, at) =>
        Array.from({ length: sizeBytes }, (_, inner) => `${at}/${inner}`),
      );
      expect(sumChunks(chunks)).toBe(whole.length);
      const planned = planChunks(chunks, start, length).flatMap(({ chunk, startBytes, lengthBytes }) =>
        Array.from({ length: lengthBytes }, (_, inner) => `${chunk.fileId}/${startBytes + inner}`),
      );
      expect(planned).toEqual(whole.slice(start, start + length));
    }),
  );
});

test('text of any kind is a manifest or a refusal', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `{"chunks":[${json}]}`),
      ),
      (text) => {
        try {
          expect(sumChunks(parseChunkManifest(text).chunks)).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-argument' });
        }
      },
    ),
    { numRuns: 500 },
  );
});
