import { setTimeout as delay, setImmediate } from 'node:timers/promises';

/** Waits until the condition holds. Fails with its last problem when it does not within the time. */
export async function eventually(
  isTrue: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await setImmediate();
    await delay(2);
  }
}
