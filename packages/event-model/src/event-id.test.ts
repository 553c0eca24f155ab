import fc from 'fast-check';
import { type EventIdParts, makeEventId } from './event-id.ts';

const parts: EventIdParts = { bucket: 'b', key: 'k', versionId: '', eventName: 'ObjectCreated:Put', seq: 7n };

test('is a UUID of version 5, and the same for the same event', () => {
  expect(makeEventId(parts)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(makeEventId({ ...parts })).toBe(makeEventId(parts));
});

test('never changes from one release to the next', () => {
  expect(makeEventId(parts)).toBe('1849a306-6cd8-5b7a-ab52-8c2f354e0d01');
});

test('each part counts, and no two splits of the same text meet', () => {
  const part = fc.record({
    bucket: fc.stringMatching(/^[a-z]{1,3}$/),
    key: fc.string({ unit: fc.constantFrom('a', '\0', '1', '/'), maxLength: 4 }),
    versionId: fc.stringMatching(/^[a-z0-9]{0,2}$/),
    eventName: fc.constantFrom('ObjectCreated:Put', 'ObjectRemoved:Delete'),
    seq: fc.bigInt({ min: 0n, max: 20n }),
  });
  fc.assert(
    fc.property(part, part, (a, b) => {
      const same =
        a.bucket === b.bucket &&
        a.key === b.key &&
        a.versionId === b.versionId &&
        a.eventName === b.eventName &&
        a.seq === b.seq;
      expect(makeEventId(a) === makeEventId(b)).toBe(same);
    }),
  );
});
