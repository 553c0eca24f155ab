import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { call, callVoid, type FileSystem, nodeFileSystem, OPEN_CREATE } from './file-system.ts';
import { WRITE_PIECE_BYTES, writeInPieces } from './write-in-pieces.ts';

const directory = mkdtempSync(join(tmpdir(), 'pieces-'));

afterAll(() => rmSync(directory, { recursive: true }));

/** The real file system, which takes at most so many bytes at once; tells the size of each call. */
function takingAtMost(bytesMax: number, calls: number[]): FileSystem {
  return {
    ...nodeFileSystem,
    writev: (handle, buffers, position, done) => {
      const bytes = Buffer.concat(buffers);
      calls.push(bytes.length);
      nodeFileSystem.write(handle, bytes.subarray(0, bytesMax), position, done);
    },
  };
}

async function written(files: FileSystem, buffers: readonly Uint8Array[], position: number): Promise<Buffer> {
  const path = join(directory, 'file');
  rmSync(path, { force: true });
  const handle = await call<number>((done) => files.open(path, OPEN_CREATE, done));
  await callVoid((done) => writeInPieces(files, handle, buffers, position, done));
  await callVoid((done) => files.close(handle, done));
  return readFileSync(path);
}

test('what fits in one call is one', async () => {
  const calls: number[] = [];
  const buffers = [Buffer.alloc(20, 1), Buffer.alloc(WRITE_PIECE_BYTES - 40, 2), Buffer.alloc(20, 3)];
  expect(await written(takingAtMost(Number.POSITIVE_INFINITY, calls), buffers, 0)).toEqual(Buffer.concat(buffers));
  expect(calls).toEqual([WRITE_PIECE_BYTES]);
});

test('no call is larger than a piece, nor holds more buffers than the system takes', async () => {
  const calls: number[] = [];
  const large = [Buffer.alloc(20, 1), Buffer.alloc(2 * WRITE_PIECE_BYTES, 2), Buffer.alloc(40, 3)];
  expect(await written(takingAtMost(Number.POSITIVE_INFINITY, calls), large, 0)).toEqual(Buffer.concat(large));
  expect(calls).toEqual([WRITE_PIECE_BYTES, WRITE_PIECE_BYTES, 60]);
  const many = Array.from({ length: 1_500 }, (_, index) => Buffer.alloc(1, index));
  expect(await written(takingAtMost(Number.POSITIVE_INFINITY, calls), many, 0)).toEqual(Buffer.concat(many));
  expect(calls.slice(3)).toEqual([1_024, 476]);
});

test('a disk that takes less than it is given gets the rest, and what it says in the end is told', async () => {
  const sizes = fc.array(fc.nat({ max: 3_000 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 4_000 }), fc.nat({ max: 100 }), async (lengths, most, at) => {
      const buffers = lengths.map((length, index) => Buffer.alloc(length, index + 1));
      const bytes = await written(takingAtMost(most, []), buffers, at);
      const expected = Buffer.concat(buffers);
      expect(bytes).toEqual(expected.length === 0 ? expected : Buffer.concat([Buffer.alloc(at), expected]));
    }),
    { numRuns: 50 },
  );
  let left = 1;
  const filling: FileSystem = {
    ...nodeFileSystem,
    writev: (handle, [first = Buffer.alloc(0)], position, done) => {
      if (left === 0) setImmediate(() => done(new Error('full'), 0));
      else nodeFileSystem.write(handle, first.subarray(0, 7), position, done);
      left -= 1;
    },
  };
  await expect(written(filling, [Buffer.alloc(10)], 0)).rejects.toThrow('full');
});
