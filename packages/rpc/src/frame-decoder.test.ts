import streamDecoder from '@grpc/grpc-js/build/src/stream-decoder.js';
import fc from 'fast-check';
import { FrameDecoder } from './frame-decoder.ts';
import { installFrameDecoder } from './install-frame-decoder.ts';
import { MESSAGE_FIRST_BYTES } from './limits.ts';

const LibraryDecoder = streamDecoder.StreamDecoder;

function frameOf(message: Uint8Array, flag = 0): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt8(flag, 0);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** The stream cut where it says. */
function cut(stream: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (stream.length + 1)))].sort((a, b) => a - b);
  return [0, ...sorted].map((start, index) => stream.subarray(start, sorted[index] ?? stream.length));
}

test('frames come out as those of the library, wherever the stream is cut', () => {
  const message = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.nat(70_000).map((length) => Buffer.alloc(length, length)),
  );
  const messages = fc.array(fc.tuple(message, fc.nat(1)), { maxLength: 5 });
  fc.assert(
    fc.property(messages, fc.array(fc.nat(), { maxLength: 8 }), (contents, places) => {
      const frames = contents.map(([bytes, flag]) => frameOf(bytes, flag));
      const ours = new FrameDecoder(-1);
      const theirs = new LibraryDecoder(-1);
      const found: Buffer[] = [];
      for (const piece of cut(Buffer.concat(frames), places)) {
        const complete = ours.write(piece);
        expect(complete.length).toBe(theirs.write(piece).length);
        found.push(...complete);
      }
      expect(Buffer.concat(found).equals(Buffer.concat(frames))).toBe(true);
      expect(found.map(({ length }) => length)).toEqual(frames.map(({ length }) => length));
    }),
    { numRuns: 100 },
  );
});

test('a long message is whole, however little comes at a time', () => {
  const message = Buffer.alloc(3 * MESSAGE_FIRST_BYTES, 'needlestack ');
  const stream = Buffer.concat([frameOf(message), frameOf(Buffer.from('next'))]);
  const decoder = new FrameDecoder(-1);
  const frames: Buffer[] = [];
  for (let at = 0; at < stream.length; at += 50_000) frames.push(...decoder.write(stream.subarray(at, at + 50_000)));
  expect(frames).toHaveLength(2);
  expect(Buffer.concat(frames).equals(stream)).toBe(true);
});

test('a message longer than the bound is refused by its header, whole or in pieces', () => {
  const header = frameOf(Buffer.alloc(11)).subarray(0, 5);
  expect(() => new FrameDecoder(10).write(header)).toThrow('Received message larger than max (11 vs 10)');
  const inPieces = new FrameDecoder(10);
  inPieces.write(header.subarray(0, 3));
  expect(() => inPieces.write(header.subarray(3))).toThrow('Received message larger than max (11 vs 10)');
  expect(new FrameDecoder(10).write(frameOf(Buffer.alloc(10)))).toHaveLength(1);
});

test('memory follows what has come, not what was announced; a frame is no view of what was read', () => {
  const length = 1 << 30;
  const header = Buffer.alloc(5);
  header.writeUInt32BE(length, 1);
  const before = process.memoryUsage().arrayBuffers;
  const decoder = new FrameDecoder(-1);
  decoder.write(header);
  decoder.write(Buffer.alloc(10));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * MESSAGE_FIRST_BYTES);

  const read = frameOf(Buffer.from('abc'));
  const [frame] = new FrameDecoder(-1).write(read);
  read.fill(0);
  expect(frame?.subarray(5).toString()).toBe('abc');
});

test('the library decodes with it', () => {
  installFrameDecoder();
  expect(streamDecoder.StreamDecoder).toBe(FrameDecoder);
});
