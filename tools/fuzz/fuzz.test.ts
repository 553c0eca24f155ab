import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type FuzzTarget, fuzzTarget } from './index.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const FUZZERS = [
  'packages/needle-format/fuzz/decoders.ts',
  'packages/erasure-coding/fuzz/decoders.ts',
  'packages/access-control/fuzz/decoders.ts',
  'packages/s3-protocol/fuzz/chunked-bodies.ts',
  'packages/s3-protocol/fuzz/configurations.ts',
  'packages/s3-protocol/fuzz/post-forms.ts',
  'packages/s3-protocol/fuzz/request-documents.ts',
  'packages/s3-protocol/fuzz/signatures.ts',
  'services/volume/fuzz/upload-bodies.ts',
];
const LONG_ENOUGH_MS = 60_000;
const SEED = 1;

/** A length and so many bytes. */
const block = (decode: FuzzTarget['decode']): FuzzTarget => ({
  name: 'planted',
  seeds: [Buffer.from([4, 1, 2, 3, 4])],
  decode,
  isRefusal: (error) => error instanceof RangeError && error.message === 'truncated',
});

const careful = (input: Buffer): Buffer => {
  const length = input[0] ?? 0;
  if (input.length < 1 + length) throw new RangeError('truncated');
  return Buffer.from(input.subarray(1, 1 + length));
};

function findingOf(target: FuzzTarget): unknown {
  try {
    fuzzTarget(target, LONG_ENOUGH_MS, SEED, () => undefined);
  } catch (error) {
    const { message, cause } = error as Error;
    rmSync(dirname(/kept as (.*)$/.exec(message)?.[1] ?? ''), { recursive: true });
    return cause;
  }
  return undefined;
}

test('a decoder that refuses what it must is left in peace', () => {
  expect(fuzzTarget(block(careful), 100, SEED, () => undefined)).toMatch(/^\d+ inputs, [1-9]\d* refused in 1 ways$/);
});

test('other errors than refusals are found', () => {
  const careless = block((input) => careful(input).readUInt8(3));
  expect(findingOf(careless)).toMatchObject({
    code: expect.stringMatching(/^ERR_(BUFFER_OUT_OF_BOUNDS|OUT_OF_RANGE)$/),
  });
});

test('reads beyond the input are found', () => {
  const careless = block((input) =>
    Buffer.from(input.buffer, input.byteOffset + 1, input[0] === 4 ? 4 : 0).toString('hex'),
  );
  expect(findingOf(careless)).toBe('the answer depends on bytes around the input');
});

test('good inputs are damaged to the end, even where every refusal is another', () => {
  let decoded = 0;
  const wordy: FuzzTarget = {
    ...block((input) => {
      // Refusals quote the input, so that each is a way of its own.
      if (input[0] !== 4) throw new RangeError([...input].map((byte) => String.fromCodePoint(0x4e00 + byte)).join(''));
      decoded += 1;
      return 0;
    }),
    isRefusal: (error) => error instanceof RangeError,
  };
  const inputs = Number.parseInt(
    fuzzTarget(wordy, 500, SEED, () => undefined),
    10,
  );
  // Each is decoded twice.
  expect(decoded / 2 / inputs).toBeGreaterThan(0.15);
});

test.each(FUZZERS)('%s finds nothing in a moment', async (path) => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, path), '--minutes', '0.002']);
  expect(stdout).toMatch(/: [1-9]\d* inputs, /);
});
