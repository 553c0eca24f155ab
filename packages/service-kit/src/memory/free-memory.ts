/** Below this memory is left to the garbage collector: freeing it by hand costs more. */
const FREED_MIN_BYTES = 16 * 1024;

/**
 * Frees the memory of bytes at once; nobody may look at them any more, and no call to the system that was given them may be under way. Left to the
 * garbage collector, the bodies of a busy second are hundreds of megabytes more than what is in use, which it counts against a heap of thirty and marks
 * that heap again and again: a third of the CPU time of a large PUT. Bytes that are part of something larger, which others may use, are not freed.
 */
export const freeMemory = (bytes: Uint8Array): void => {
  const { buffer } = bytes;
  if (buffer.byteLength < FREED_MIN_BYTES || buffer.byteLength !== bytes.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
};
