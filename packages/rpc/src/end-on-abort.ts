import { PushQueue } from './push-queue.ts';

const WAITING_MAX = 16;

/** The items of a stream until it ends or the signal aborts; an abort is an end, not an error. */
export async function* endOnAbort<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const queue = new PushQueue<T>(WAITING_MAX);
  const end = (): void => queue.end();
  if (signal.aborted) return;
  signal.addEventListener('abort', end, { once: true });
  const forward = async (): Promise<void> => {
    try {
      for await (const item of items) if (!(await queue.push(item))) return;
      queue.end();
    } catch (error) {
      queue.end(error);
    }
  };
  void forward();
  try {
    yield* queue;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
