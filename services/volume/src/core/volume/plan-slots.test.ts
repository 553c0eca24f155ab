import { planSlots } from './plan-slots.ts';

const GIB = 2 ** 30;
const DISK = {
  path: '/d',
  diskType: '',
  totalBytes: 100 * GIB,
  freeBytes: 50 * GIB,
  volumesMax: 8,
  diskId: 0,
  tags: [],
  reservedBytes: GIB,
  isLow: false,
  problem: undefined,
};
const USE = { usedSlots: 3, promisedBytes: 9 * GIB, volumeSizeLimitBytes: 10 * GIB };

test.each([
  ['the number that was given', DISK, USE, 8],
  ['what is used, when the disk runs full', { ...DISK, isLow: true }, USE, 3],
  ['none, when the disk hangs', { ...DISK, problem: 'hangs' }, USE, 0],
  ['what is used and what fits into the unpromised rest', { ...DISK, volumesMax: 0 }, USE, 7],
  ['what is used, when nothing more fits', { ...DISK, volumesMax: 0, freeBytes: 9 * GIB }, USE, 3],
  ['one at least', { ...DISK, volumesMax: 0, freeBytes: 2 * GIB }, { ...USE, usedSlots: 0, promisedBytes: 0 }, 1],
  [
    'what is used, while no master has said how large volumes get',
    { ...DISK, volumesMax: 0 },
    { ...USE, volumeSizeLimitBytes: 0 },
    3,
  ],
])('a directory has %s', (_, disk, use, slots) => {
  expect(planSlots(disk, use)).toBe(slots);
});
