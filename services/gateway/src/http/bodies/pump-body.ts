import type { IncomingMessage } from 'node:http';

/** The client went away before its request was complete: nobody is left to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

/** Takes the next bytes; a promise holds the socket back until it settles, however long that is. */
export type TakeBytes = (bytes: Buffer) => Promise<void> | undefined;

/**
 * Reads the body to its end, with back-pressure. Rejects with what `take` threw or rejected with, or with ClientGoneError. Settles
 * only when no promise of `take` is pending any more; the rest of a body that was refused is left unread.
 */
export const pumpBody = (request: IncomingMessage, take: TakeBytes): Promise<void> =>
  new Promise((resolve, reject) => {
    let isWaiting = false;
    let isOver = false;
    let failure: { readonly error: unknown } | undefined;

    const settle = (): void => {
      if (isWaiting) return;
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError);
      if (failure === undefined) resolve();
      else reject(failure.error);
    };
    const end = (error?: unknown): void => {
      if (isOver) return;
      isOver = true;
      if (error !== undefined) {
        failure = { error };
        request.pause();
      }
      settle();
    };
    const hold = (): void => {
      isWaiting = true;
      request.pause();
    };
    const onTaken = (): void => {
      isWaiting = false;
      if (isOver) settle();
      else request.resume();
    };
    const onRefused = (error: unknown): void => {
      isWaiting = false;
      if (isOver) settle();
      else end(error);
    };
    const onData = (bytes: Buffer): void => {
      if (isOver) return;
      try {
        const pending = take(bytes);
        if (pending === undefined) return;
        hold();
        pending.then(onTaken, onRefused);
      } catch (error) {
        end(error);
      }
    };
    const onEnd = (): void => end();
    const onClose = (): void => end(new ClientGoneError('the connection closed in the middle of the body'));
    const onError = (cause: unknown): void =>
      end(new ClientGoneError('the connection failed in the middle of the body', { cause }));

    if (request.readableEnded) {
      resolve();
      return;
    }
    if (request.destroyed) {
      reject(new ClientGoneError('the connection closed before the body was read'));
      return;
    }
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError);
  });
