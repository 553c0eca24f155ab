import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { EntryNameSource } from './entry-name-source.ts';
import { queueDirectoryName } from './queue-directory-name.ts';

test('names are UUIDv7 and rise strictly, whatever the clock does and over restarts', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5_000, max: 3 }), { minLength: 1, maxLength: 20 }), (steps) => {
      let nowMs = 1_700_000_000_000;
      let last = '';
      for (const step of steps) {
        nowMs += step;
        const source = new EntryNameSource(
          { nowMs: () => nowMs },
          randomBytes,
          last === '' ? undefined : `${last}.event`,
        );
        for (let count = 0; count < 50; count += 1) {
          const name = source.next();
          expect(name).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
          expect(name > last).toBe(true);
          last = name;
        }
      }
    }),
  );
});

test('more names in a millisecond than the counter holds', () => {
  const source = new EntryNameSource({ nowMs: () => 1_000 }, randomBytes, undefined);
  const names = Array.from({ length: 9_000 }, () => source.next());
  expect(names).toEqual(names.toSorted());
  expect(new Set(names).size).toBe(9_000);
});

test.each([
  ['webhook', '1', 'needlestack-webhook-1'],
  ['webhook', 'a.b_c-d', 'needlestack-webhook-a.b_c-d'],
  ['kafka', 'a/b', 'needlestack-kafka-a_b-e620c3190468cf61'],
])('%s %s lies in %s', (type, id, name) => {
  expect(queueDirectoryName(type, id)).toBe(name);
});

test('ids that look alike once cleaned do not share a directory', () => {
  expect(queueDirectoryName('webhook', 'a/b')).not.toBe(queueDirectoryName('webhook', 'a:b'));
});
