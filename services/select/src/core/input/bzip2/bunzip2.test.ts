import { asyncProperty, integer, assert as verify } from 'fast-check';
import { SelectFailure } from '../../select-failure.ts';
import { bunzip2 } from './bunzip2.ts';

/** Made by the reference implementation. */
const read = (base64: string): Buffer => Buffer.from(base64, 'base64');
const EMPTY = read('QlpoORdyRThQkAAAAAA=');
const SMALL = read('QlpoMTFBWSZTWbJLgeoAAANZAAAQAAQwADAAIAAhkxqDALcCF4u5IpwoSFklwPUA');
const RUNS = read('QlpoOTFBWSZTWfRvs/QAAARRAcAQACA4AACAAAggACGTTTIQwIezZTKAaUy0iwM8XckU4UJD0b7P0A==');
/** Three blocks of 100,000 bytes. */
const BLOCKS = read(
  'QlpoMTFBWSZTWfyQQjwAI4FIAAAQf+AgAJAgGmmgKVCNDTkBUMQFQ1pAqGICodQFQ7gKhuAqHkBUPYCofQFQ5AVD8xQVkmU1mxdtmsAEcCSAAAEH/gIACQIBppoClQmg05AVDEBUMwFQ1AVDe0CoYgKh3AVDyAqHsBUPoCocgKh+YoKyTKayZmkIjgCFOpAAACD/wEAA4IBppoE1UJoNORSSYSkkylJJpKSTpKSTW0pJO4pJPIpJPYpJPopJORSSfi7kinChIUcwf9o=',
);

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const decoded = async (bytes: Buffer, sizes: readonly number[] = [bytes.length]): Promise<string> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of bunzip2(inPieces(bytes, sizes))) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
};

test.each([
  ['an empty stream', EMPTY, ''],
  ['a small one', SMALL, 'a,1\nb,2\n'],
  ['runs of equal bytes', RUNS, `${'a'.repeat(1000)}\nbbbb\n${'c'.repeat(300)}\n`],
  ['several blocks', BLOCKS, '0123456789\n'.repeat(25_000)],
  ['several streams', Buffer.concat([SMALL, EMPTY, SMALL]), 'a,1\nb,2\na,1\nb,2\n'],
])('%s', async (_what, bytes, text) => {
  expect((await decoded(bytes)) === text).toBe(true);
  expect((await decoded(bytes, [1, 5])) === text).toBe(true);
});

const codeOf = async (bytes: Buffer): Promise<string> => {
  try {
    return await decoded(bytes);
  } catch (error) {
    if (error instanceof SelectFailure) return error.code;
    throw error;
  }
};

test('a damaged stream is refused or, where the bit means nothing, read right', async () => {
  const right = await decoded(RUNS);
  await verify(
    asyncProperty(integer({ min: 0, max: RUNS.length * 8 - 1 }), async (bit) => {
      const damaged = Buffer.from(RUNS);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([right, 'TruncatedInput', 'InvalidCompressionFormat']).toContain(await codeOf(damaged));
    }),
    { numRuns: 300 },
  );
});

test('a stream that is cut anywhere is TruncatedInput', async () => {
  for (let length = 0; length < SMALL.length; length += 1)
    expect(await codeOf(SMALL.subarray(0, length))).toBe('TruncatedInput');
});

test('bytes of another kind are InvalidCompressionFormat', async () => {
  expect(await codeOf(Buffer.from('id,name\n'))).toBe('InvalidCompressionFormat');
  expect(await codeOf(Buffer.concat([SMALL, Buffer.from('id,name\n')]))).toBe('TruncatedInput');
});
