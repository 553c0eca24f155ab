/** The smaller of two seqs; Math.min takes no bigint. */
export function lowerSeq(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
