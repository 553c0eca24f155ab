import { freeBodyMemory } from './free-body-memory.ts';

test('a piece with memory of its own is freed', () => {
  const bytes = new Uint8Array(65_536);
  freeBodyMemory(bytes);
  expect(bytes.byteLength).toBe(0);
  expect(bytes.buffer.byteLength).toBe(0);
});

test('what may have neighbours, lies in shared memory or is small stays', () => {
  const slab = new ArrayBuffer(131_072);
  for (const bytes of [
    new Uint8Array(slab, 0, 65_536),
    new Uint8Array(new SharedArrayBuffer(65_536)),
    new Uint8Array(4096),
  ]) {
    const { byteLength } = bytes;
    freeBodyMemory(bytes);
    expect(bytes.byteLength).toBe(byteLength);
  }
});
