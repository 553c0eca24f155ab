import type { ReadNeedleRequest, VolumeDataPlane } from '@needlestack/service-contracts';
import { makeNeedleReader } from './read-session-needle.ts';

const request: ReadNeedleRequest = { volumeId: 1, needleKey: 2n, cookie: 3, expectedSizeBytes: 4096 };
const waited = Buffer.from('waited');

/** Says in `now` what was read without waiting; bytes are at hand unless the cookie is 0. */
const countingPlane = () => {
  const now: ReadNeedleRequest[] = [];
  const plane: VolumeDataPlane = {
    writeNeedle: () => Promise.reject(new Error('nothing is written here')),
    deleteNeedles: () => Promise.reject(new Error('nothing is deleted here')),
    readNeedle: (asked) => {
      expect(asked.into).toBeUndefined();
      return Promise.resolve(waited);
    },
    readNeedleNow: (asked) => {
      now.push(asked);
      return asked.cookie === 0 ? undefined : asked.into?.subarray(0, asked.expectedSizeBytes);
    },
  };
  return { now, plane };
};

test('a small needle is read at once, each into the same memory', () => {
  const { now, plane } = countingPlane();
  const read = makeNeedleReader(plane);
  const first = read(request);
  const second = read({ ...request, needleKey: 9n });
  expect(first).toBeInstanceOf(Uint8Array);
  expect(second).toBeInstanceOf(Uint8Array);
  expect(now.map(({ needleKey }) => needleKey)).toEqual([2n, 9n]);
  expect(now[0]?.into).toBe(now[1]?.into);
});

test('what is not at hand, large, or of unknown size is waited for', async () => {
  const { now, plane } = countingPlane();
  const read = makeNeedleReader(plane);
  expect(await read({ ...request, cookie: 0 })).toBe(waited);
  expect(await read({ ...request, expectedSizeBytes: 64 * 1024 + 1 })).toBe(waited);
  const { expectedSizeBytes: _unknown, ...rest } = request;
  expect(await read(rest)).toBe(waited);
  expect(now).toHaveLength(1);
  const { readNeedleNow: _absent, ...waiting } = plane;
  expect(await makeNeedleReader(waiting)(request)).toBe(waited);
});
