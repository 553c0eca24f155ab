import { randomBytes } from 'node:crypto';

const COUNTER_LIMIT = 0x1_0000_0000;
const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

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
  /** All but the last two digits, made once for 256 ids. */
  let start = `${prefix}000000`;
  return () => {
    counter += 1;
    if ((counter & 0xff) === 0) {
      if (counter === COUNTER_LIMIT) {
        counter = 0;
        prefix = drawPrefix();
      }
      start = prefix + (counter / 256).toString(16).toUpperCase().padStart(6, '0');
    }
    return start + HEX_PAIRS[counter & 0xff];
  };
};
