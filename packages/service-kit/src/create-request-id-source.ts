import { randomBytes } from 'node:crypto';

const COUNTER_LIMIT = 0x1_0000_0000;

/**
 * Returns a function that makes request ids: 16 upper-case hex digits, 8 random ones for the source and a counter.
 * Unique within the process and cheap enough for every request. A new random half is drawn when the counter wraps.
 */
export const createRequestIdSource = (
  random: (sizeBytes: number) => Uint8Array = (sizeBytes) => randomBytes(sizeBytes),
): (() => string) => {
  const drawPrefix = (): string => Buffer.from(random(4)).toString('hex').toUpperCase();
  let prefix = drawPrefix();
  let counter = 0;
  return () => {
    counter += 1;
    if (counter === COUNTER_LIMIT) {
      counter = 0;
      prefix = drawPrefix();
    }
    return prefix + counter.toString(16).toUpperCase().padStart(8, '0');
  };
};
