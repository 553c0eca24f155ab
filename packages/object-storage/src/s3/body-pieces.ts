import type { IncomingMessage } from 'node:http';
import { ObjectStorageError } from '../object-storage-error.ts';
import { type Asked, unavailable } from './http-connections.ts';

/** Below this a piece is left to the garbage collector: freeing it by hand costs more. */
const FREED_MIN_BYTES = 16 * 1024;

/** The pieces of a body. @throws ObjectStorageError `unavailable` when it breaks off; the signal's reason when it is aborted */
export async function* readPieces(
  answer: IncomingMessage,
  asked: Asked,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  try {
    for await (const piece of answer) if (Buffer.isBuffer(piece)) yield piece;
  } catch (error) {
    signal?.throwIfAborted();
    throw unavailable(asked, error);
  } finally {
    if (!answer.readableEnded) answer.destroy();
  }
}

/** Reads a body that has exactly the target's length. @throws ObjectStorageError `unavailable` when it has another */
export function readInto(
  answer: IncomingMessage,
  target: Buffer,
  asked: Asked,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let read = 0;
    const fail = (reason: unknown): void => {
      answer.destroy();
      reject(signal?.aborted === true ? signal.reason : reason);
    };
    answer.on('data', (piece: Buffer) => {
      if (read + piece.length > target.length) {
        fail(wrongLength(asked, read + piece.length, target.length));
        return;
      }
      target.set(piece, read);
      read += piece.length;
      freePiece(piece);
    });
    answer.on('end', () => {
      if (read === target.length) resolve();
      else fail(wrongLength(asked, read, target.length));
    });
    answer.on('error', (error) => fail(unavailable(asked, error)));
    answer.on('close', () => {
      if (!answer.readableEnded)
        fail(unavailable(asked, new Error('the connection was closed in the middle of the body')));
    });
  });
}

export function wrongLength(asked: Asked, found: number, expected: number): ObjectStorageError {
  return new ObjectStorageError('unavailable', `the body has ${found} bytes, expected ${expected}`, asked);
}

/** The HTTP parser makes a buffer for each read of a socket; hundreds of megabytes a second of these make the collector mark the heap again and again. */
function freePiece(piece: Buffer): void {
  const { buffer } = piece;
  if (buffer.byteLength < FREED_MIN_BYTES || buffer.byteLength !== piece.byteLength) return;
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
