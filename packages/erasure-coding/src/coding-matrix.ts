import { invert, multiply, raise } from './galois-field.ts';
import type { ShardRatio } from './shard-ratio.ts';

/** Rows of coefficients. */
export type Matrix = readonly (readonly number[])[];

/**
 * What each shard is made of: row r holds the factors by which the data shards are multiplied for shard r. A Vandermonde matrix times the
 * inverse of its top square, so that the data shards are the data itself.
 */
export function encodingMatrix({ dataShards, parityShards }: ShardRatio): Matrix {
  const vandermonde = Array.from({ length: dataShards + parityShards }, (_, row) =>
    Array.from({ length: dataShards }, (_, column) => raise(row, column)),
  );
  return product(vandermonde, inverse(vandermonde.slice(0, dataShards)));
}

/**
 * What the wanted shards are made of: one row for each of them, with the factors for the shards of `inputs`, which are as many
 * as there are data shards.
 */
export function recoveryMatrix(ratio: ShardRatio, inputs: readonly number[], wanted: readonly number[]): Matrix {
  const encoding = encodingMatrix(ratio);
  const rowOf = (shardId: number): readonly number[] => encoding[shardId] ?? [];
  return product(wanted.map(rowOf), inverse(inputs.map(rowOf)));
}

function product(left: Matrix, right: Matrix): Matrix {
  const columns = right[0]?.length ?? 0;
  return left.map((row) =>
    Array.from({ length: columns }, (_, column) =>
      row.reduce((sum, factor, inner) => sum ^ multiply(factor, right[inner]?.[column] ?? 0), 0),
    ),
  );
}

/** Gauss-Jordan elimination. Any square of rows of an encoding matrix has an inverse. */
function inverse(matrix: Matrix): Matrix {
  const size = matrix.length;
  const work = matrix.map((row, index) => [...row, ...Array.from({ length: size }, (_, i) => (i === index ? 1 : 0))]);
  for (let column = 0; column < size; column += 1) {
    const pivotAt = work.findIndex((row, index) => index >= column && row[column] !== 0);
    const pivot = work[pivotAt];
    if (pivot === undefined) throw new Error('the matrix has no inverse');
    work[pivotAt] = work[column] ?? [];
    const factor = invert(pivot[column] ?? 0);
    const scaled = pivot.map((value) => multiply(value, factor));
    work[column] = scaled;
    for (const [index, row] of work.entries()) {
      const times = row[column] ?? 0;
      if (index === column || times === 0) continue;
      work[index] = row.map((value, at) => value ^ multiply(times, scaled[at] ?? 0));
    }
  }
  return work.map((row) => row.slice(size));
}
