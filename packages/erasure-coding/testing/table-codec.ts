import { encodingMatrix, type ShardRatio } from '../src/index.ts';

/** The definition, a byte at a time and without tables: what the fast code must agree with. */
export function multiplySlowly(a: number, b: number): number {
  let product = 0;
  let factor = a;
  for (let bits = b; bits > 0; bits >>>= 1) {
    if ((bits & 1) === 1) product ^= factor;
    factor <<= 1;
    if (factor > 0xff) factor ^= 0x11d;
  }
  return product;
}

/** Parity of data shards of one length. */
export function encodeSlowly(ratio: ShardRatio, data: readonly Uint8Array[]): Uint8Array[] {
  const length = data[0]?.length ?? 0;
  return encodingMatrix(ratio)
    .slice(ratio.dataShards)
    .map((row) =>
      Uint8Array.from({ length }, (_, at) =>
        row.reduce((sum, factor, shardId) => sum ^ multiplySlowly(factor, data[shardId]?.[at] ?? 0), 0),
      ),
    );
}
