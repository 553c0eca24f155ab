import type { Clock } from './ports.ts';

/** The promise's value, or undefined when it is not settled within the time; then it goes on and can be waited for again. */
export const settleWithin = <T>(promise: Promise<T>, delayMs: number, clock: Clock): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    const cancel = clock.startTimer(delayMs, () => resolve(undefined));
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
