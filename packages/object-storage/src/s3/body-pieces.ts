import type { IncomingMessage } from 'node:http';
import { ObjectStorageError } from '../object-storage-error.ts';
import { freeMemory } from './free-memory.ts';
import { type Asked, unavailable } from './http-connections.ts';

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
      freeMemory(piece);
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
