import { createRequestIdSource } from './create-request-id-source.ts';

const source = (): (() => string) => createRequestIdSource(() => Uint8Array.of(0xa1, 0xb2, 0xc3, 0xd4));

test('ids are 16 upper-case hex digits that count on from one source', () => {
  const next = source();
  const ids = Array.from({ length: 70_000 }, next);
  expect(ids.slice(0, 2)).toEqual(['A1B2C3D400000001', 'A1B2C3D400000002']);
  expect([ids[254], ids[255], ids[256]]).toEqual(['A1B2C3D4000000FF', 'A1B2C3D400000100', 'A1B2C3D400000101']);
  expect(ids[65_535]).toBe('A1B2C3D400010000');
  expect(new Set(ids).size).toBe(ids.length);
});
