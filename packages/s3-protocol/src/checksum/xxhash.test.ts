import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { computeChecksum, createChecksumHasher } from './checksum-hasher.ts';
import type { XxhashName } from './xxhash.ts';

const NAMES: readonly XxhashName[] = ['XXHASH64', 'XXHASH3', 'XXHASH128'];

const hex = (name: XxhashName, data: string): string =>
  Buffer.from(computeChecksum(name, Buffer.from(data)), 'base64').toString('hex');

test('known check values, big-endian', () => {
  expect(NAMES.map((name) => hex(name, ''))).toEqual([
    'ef46db3751d8e999',
    '2d06800538d394c2',
    '99aa06d3014798d86001c324468d497f',
  ]);
  expect(NAMES.map((name) => hex(name, 'abc'))).toEqual([
    '44bc2cf5ad770999',
    '78af5f94892f3950',
    '06b05ab6733a618578af5f94892f3950',
  ]);
});

test.each(NAMES)('%s: bodies that arrive at the same time do not disturb each other', (name) => {
  const bodies = [0, 1, 300, 5_000, 70_000].map((length) => randomBytes(length));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bodies.length - 1), fc.integer({ min: 1, max: 20_000 }))), (steps) => {
      const streams = bodies.map((body) => ({ body, at: 0, hasher: createChecksumHasher(name) }));
      for (const [index, length] of steps) {
        const stream = streams[index];
        if (stream === undefined) continue;
        stream.hasher.update(stream.body.subarray(stream.at, stream.at + length));
        stream.at = Math.min(stream.body.length, stream.at + length);
      }
      for (const stream of streams) stream.hasher.update(stream.body.subarray(stream.at));
      for (const { body, hasher } of streams)
        expect(hasher.digest().toString('base64')).toBe(computeChecksum(name, body));
    }),
    { numRuns: 50 },
  );
});
