import { freeMemory } from './free-memory.ts';

test('memory of its own is gone at once, a part of something larger what is shared and what is small stays', () => {
  const whole = Buffer.allocUnsafeSlow(64 * 1024);
  const part = whole.subarray(0, 32 * 1024);
  freeMemory(part);
  expect(part.length).toBe(32 * 1024);
  freeMemory(whole);
  expect([whole.length, part.length]).toEqual([0, 0]);
  const small = Buffer.allocUnsafeSlow(1024);
  freeMemory(small);
  expect(small.length).toBe(1024);
  const shared = new Uint8Array(new SharedArrayBuffer(64 * 1024));
  freeMemory(shared);
  expect(shared.length).toBe(64 * 1024);
});
