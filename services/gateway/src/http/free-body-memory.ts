/** Below this a piece is left to the garbage collector: freeing it by hand costs more. */
const FREED_MIN_BYTES = 16 * 1024;

/**
 * Frees the memory of a piece of a body that was copied, at once; nobody may look at it any more. The HTTP parser makes a new buffer
 * for every read of a socket. Left to the garbage collector, the pieces of one second of a large upload are hundreds of megabytes
 * that it counts against a heap of thirty, and it marks that heap again and again: a third of the CPU time of a large PUT.
 */
export const freeBodyMemory = (bytes: Uint8Array): void => {
  const { buffer } = bytes;
  // A view of something larger may have neighbours that are still needed.
  if (buffer.byteLength < FREED_MIN_BYTES || buffer.byteLength !== bytes.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
};
