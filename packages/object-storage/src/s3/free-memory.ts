import type { ClientRequest } from 'node:http';

/** Below this a piece is left to the garbage collector: freeing it by hand costs more. */
const FREED_MIN_BYTES = 16 * 1024;

/**
 * Frees the memory of bytes that were copied, at once; nobody may look at them any more. Node makes a buffer for each read of a socket:
 * left to the collector, those of a second of a large download are hundreds of megabytes, and it marks the heap again and again for them.
 */
export function freeMemory(bytes: Uint8Array): void {
  const { buffer } = bytes;
  // A view of something larger may have neighbours that are still needed.
  if (buffer.byteLength < FREED_MIN_BYTES || buffer.byteLength !== bytes.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/**
 * Frees what a request reads from its socket as soon as the HTTP parser has seen it: the parser gives out copies. The listener stands behind
 * the parser's own, which Node attaches anew for each request of a kept connection, so it is attached and taken off with it.
 */
export function freeReadsOf(request: ClientRequest): void {
  request.on('socket', (socket) => {
    socket.on('data', freeMemory);
    request.once('close', () => socket.off('data', freeMemory));
  });
}
