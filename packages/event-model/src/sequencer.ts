/** Record field `sequencer`: 16 upper-case hex digits of the outbox `seq`, so that text order is the order of one key. */

const SEQ_MAX = 0xffff_ffff_ffff_ffffn;

/** Throws RangeError outside 0 … 2^64-1, which no outbox hands out. */
export function formatSequencer(seq: bigint): string {
  if (seq < 0n || seq > SEQ_MAX) throw new RangeError(`seq ${seq} is outside 0..2^64-1`);
  return seq.toString(16).toUpperCase().padStart(16, '0');
}

/** Undefined when the text is no sequencer of ours. */
export function parseSequencer(text: string): bigint | undefined {
  return /^[0-9A-F]{16}$/.test(text) ? BigInt(`0x${text}`) : undefined;
}
