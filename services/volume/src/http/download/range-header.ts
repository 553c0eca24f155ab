/** A stretch of a body. `lengthBytes` may be 0: a range that starts exactly at the end. */
export interface ByteRange {
  readonly startBytes: number;
  readonly lengthBytes: number;
}

/** `whole`: no usable header. `empty`: an answer without a body, as the format's clients have always got it. */
export type RangeOutcome =
  | { readonly kind: 'whole' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'ranges'; readonly ranges: readonly ByteRange[] };

const UNIT = 'bytes=';
const RANGES_MAX = 256;

/**
 * Reads a Range header against a body of `sizeBytes`. Everything but a list of well-formed `bytes` ranges is invalid; a list whose
 * sum exceeds the body, or an empty one, gives an empty answer.
 */
export function readRangeHeader(header: string | undefined, sizeBytes: number): RangeOutcome {
  if (header === undefined || header === '') return { kind: 'whole' };
  if (!header.startsWith(UNIT)) return { kind: 'invalid' };
  const specs = header
    .slice(UNIT.length)
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '');
  if (specs.length > RANGES_MAX) return { kind: 'invalid' };
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = readSpec(spec, sizeBytes);
    if (range === undefined) return { kind: 'invalid' };
    ranges.push(range);
  }
  const sumBytes = ranges.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  return ranges.length === 0 || sumBytes > sizeBytes ? { kind: 'empty' } : { kind: 'ranges', ranges };
}

export function formatContentRange({ startBytes, lengthBytes }: ByteRange, sizeBytes: number): string {
  return `bytes ${startBytes}-${startBytes + lengthBytes - 1}/${sizeBytes}`;
}

function readSpec(spec: string, sizeBytes: number): ByteRange | undefined {
  const match = /^(\d*)\s*-\s*(\d*)$/.exec(spec);
  if (match === null) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '') {
    if (last === '') return undefined;
    const lengthBytes = Math.min(Number(last), sizeBytes);
    return { startBytes: sizeBytes - lengthBytes, lengthBytes };
  }
  const startBytes = Number(first);
  if (startBytes > sizeBytes) return undefined;
  if (last === '') return { startBytes, lengthBytes: sizeBytes - startBytes };
  const endBytes = Number(last);
  if (startBytes > endBytes) return undefined;
  return { startBytes, lengthBytes: Math.max(Math.min(endBytes, sizeBytes - 1) - startBytes + 1, 0) };
}
