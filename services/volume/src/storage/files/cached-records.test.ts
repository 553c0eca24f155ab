import fc from 'fast-check';
import { CachedRecords } from './cached-records.ts';

const open = (): { readonly records: CachedRecords; readonly clock: { nowMs: number } } => {
  const clock = { nowMs: 5_000 };
  return { clock, records: new CachedRecords(() => clock.nowMs) };
};

test('a record counts as cached for half a minute after it was read, by whomever', () => {
  const { records, clock } = open();
  expect(records.has(3, 4096)).toBe(false);
  records.note(3, 4096);
  expect([records.has(3, 4096), records.has(4, 4096), records.has(3, 4104)]).toEqual([true, false, false]);
  clock.nowMs += 29_000;
  expect(records.has(3, 4096)).toBe(true);
  clock.nowMs += 29_000;
  expect(records.has(3, 4096)).toBe(true);
  clock.nowMs += 32_000;
  expect(records.has(3, 4096)).toBe(false);
});

test('what is said to be cached was noted', () => {
  const place = fc.record({ handle: fc.nat(50), offsetBytes: fc.nat(2 ** 30).map((at) => at * 8 * 1024) });
  fc.assert(
    fc.property(fc.array(place, { maxLength: 200 }), fc.array(place, { maxLength: 200 }), (noted, asked) => {
      const { records } = open();
      const known = new Set<string>();
      for (const { handle, offsetBytes } of noted) {
        records.note(handle, offsetBytes);
        known.add(`${handle} ${offsetBytes}`);
        expect(records.has(handle, offsetBytes)).toBe(true);
      }
      for (const { handle, offsetBytes } of asked) {
        if (!known.has(`${handle} ${offsetBytes}`)) expect(records.has(handle, offsetBytes)).toBe(false);
      }
    }),
    // Marks of 32 bits: that two of a few hundred random places share one happens once in a hundred thousand runs.
    { seed: 1, numRuns: 50 },
  );
});

test('of thousands of records that are read again and again nearly all are known', () => {
  const { records } = open();
  const places = Array.from({ length: 16_384 }, (_, at) => 8 + at * 4_136);
  for (const place of places) records.note(7, place);
  expect(places.filter((place) => records.has(7, place)).length).toBeGreaterThan(0.95 * places.length);
});

test('three slow reads in a row: for five seconds nothing counts as cached', () => {
  const { records, clock } = open();
  const read = (lastsMs: number): void =>
    records.time(() => {
      clock.nowMs += lastsMs;
    });
  records.note(3, 4096);
  read(2);
  read(2);
  clock.nowMs += 200;
  read(2);
  read(0.5);
  expect([records.areReadsFast, records.has(3, 4096)]).toEqual([true, true]);
  read(2);
  read(2);
  expect([records.areReadsFast, records.has(3, 4096)]).toEqual([false, false]);
  records.note(3, 4096);
  expect(records.has(3, 4096)).toBe(false);
  clock.nowMs += 5_000;
  expect([records.areReadsFast, records.has(3, 4096)]).toEqual([true, true]);
});

test('a direct read that fails says so', () => {
  const { records } = open();
  expect(() =>
    records.time(() => {
      throw new Error('EIO');
    }),
  ).toThrow('EIO');
});
