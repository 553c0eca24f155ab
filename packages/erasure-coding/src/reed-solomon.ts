import { encodingMatrix, type Matrix, recoveryMatrix } from './coding-matrix.ts';
import { multiply } from './galois-field.ts';
import {
  createKernel,
  FACTOR_TABLE_BYTES,
  type MultiplyKernel,
  OUTPUTS_PER_CALL_MAX,
  PAGE_BYTES,
  STEP_BYTES,
} from './multiply-kernel.ts';
import { assertShardRatio, SHARDS_MAX, type ShardRatio, totalShards } from './shard-ratio.ts';

/** Input addresses, then tables for as many inputs and outputs as there can be. */
const INPUT_TABLE_BYTES = SHARDS_MAX * 4;
const HEAD_BYTES = INPUT_TABLE_BYTES + SHARDS_MAX * SHARDS_MAX * FACTOR_TABLE_BYTES;
/** Bytes of each shard that are worked on at a time: with all shards they fit the second-level cache. */
const STRIPE_BYTES = 32_768;
/** Matrices remembered: four of fourteen shards can be lost in 1,001 ways, but seldom more than one way at a time. */
const MATRICES_MAX = 256;

/**
 * Reed-Solomon over blocks that lie in memory of its own: fill the blocks of the shards that are there, call `encode` or `reconstruct`,
 * and read the others. Nothing is copied, so files may be read into a block and written out of it. Not for two threads at a time.
 */
export class ReedSolomon {
  readonly ratio: ShardRatio;
  /** Room of each block. */
  readonly blockBytes: number;
  readonly #kernel: MultiplyKernel;
  readonly #blocksAt: number;
  /** Which coefficients the tables in memory belong to. */
  #tablesOf = '';
  /** By their keys: reads of a volume with lost shards want now one of them and now another. */
  readonly #matrices = new Map<string, Matrix>();

  /** @throws FormatError `out-of-range` when there cannot be such a ratio */
  constructor(ratio: ShardRatio, blockBytes: number) {
    assertShardRatio(ratio);
    this.ratio = ratio;
    this.blockBytes = Math.ceil(blockBytes / STEP_BYTES) * STEP_BYTES;
    this.#blocksAt = Math.ceil(HEAD_BYTES / PAGE_BYTES) * PAGE_BYTES;
    this.#kernel = createKernel(this.#blocksAt + totalShards(ratio) * this.blockBytes);
  }

  /** The block of one shard. It stays the same for the life of this object. */
  block(shardId: number, lengthBytes = this.blockBytes): Buffer {
    return Buffer.from(this.#kernel.buffer, this.#addressOf(shardId), lengthBytes);
  }

  /** The blocks of consecutive shards as one: a row of a volume can be read at once when it fills its blocks. */
  blocks(firstShardId: number, count: number): Buffer {
    return Buffer.from(this.#kernel.buffer, this.#addressOf(firstShardId), count * this.blockBytes);
  }

  /** Makes the parity blocks out of the data blocks. */
  encode(lengthBytes = this.blockBytes): void {
    const { dataShards } = this.ratio;
    const outputs = Array.from({ length: this.ratio.parityShards }, (_, index) => dataShards + index);
    const inputs = Array.from({ length: dataShards }, (_, index) => index);
    this.#combine('encode', () => encodingMatrix(this.ratio).slice(dataShards), inputs, outputs, lengthBytes);
  }

  /**
   * Makes the blocks of `wanted` out of those of `present`, of which the first as many as there are data shards are used.
   * @throws RangeError when too few are present
   */
  reconstruct(present: readonly number[], wanted: readonly number[], lengthBytes = this.blockBytes): void {
    const { dataShards } = this.ratio;
    const inputs = present.slice(0, dataShards);
    if (inputs.length < dataShards) {
      throw new RangeError(`${present.length} shards are present, expected at least ${dataShards}`);
    }
    const key = `${inputs.join()}>${wanted.join()}`;
    this.#combine(key, () => recoveryMatrix(this.ratio, inputs, wanted), inputs, wanted, lengthBytes);
  }

  #combine(
    key: string,
    matrixOf: () => Matrix,
    inputs: readonly number[],
    outputs: readonly number[],
    lengthBytes: number,
  ): void {
    if (lengthBytes > this.blockBytes) throw new RangeError(`${lengthBytes} bytes of blocks of ${this.blockBytes}`);
    const groups = groupsOf(outputs);
    if (this.#tablesOf !== key) {
      this.#writeTables(this.#remembered(key, matrixOf), inputs, groups);
      this.#tablesOf = key;
    }
    const addresses = new Uint32Array(this.#kernel.buffer, 0, inputs.length);
    for (let at = 0; at < lengthBytes; at += STRIPE_BYTES) {
      for (const [index, shardId] of inputs.entries()) addresses[index] = this.#addressOf(shardId) + at;
      const length = Math.min(STRIPE_BYTES, lengthBytes - at);
      for (const { shardIds, tablesAt } of groups) {
        const run = this.#kernel.functions[shardIds.length - 1];
        run?.(
          0,
          inputs.length * 4,
          INPUT_TABLE_BYTES + tablesAt * inputs.length,
          length,
          ...shardIds.map((id) => this.#addressOf(id) + at),
        );
      }
    }
  }

  #remembered(key: string, matrixOf: () => Matrix): Matrix {
    const known = this.#matrices.get(key);
    if (known !== undefined) return known;
    const matrix = matrixOf();
    if (this.#matrices.size >= MATRICES_MAX) this.#matrices.clear();
    this.#matrices.set(key, matrix);
    return matrix;
  }

  #writeTables(matrix: Matrix, inputs: readonly number[], groups: readonly OutputGroup[]): void {
    const tables = new Uint8Array(this.#kernel.buffer, INPUT_TABLE_BYTES, HEAD_BYTES - INPUT_TABLE_BYTES);
    let at = 0;
    for (const { rows } of groups) {
      for (let input = 0; input < inputs.length; input += 1) {
        for (const row of rows) {
          const factor = matrix[row]?.[input] ?? 0;
          for (let nibble = 0; nibble < 16; nibble += 1) {
            tables[at + nibble] = multiply(factor, nibble);
            tables[at + 16 + nibble] = multiply(factor, nibble << 4);
          }
          at += FACTOR_TABLE_BYTES;
        }
      }
    }
  }

  #addressOf(shardId: number): number {
    if (shardId < 0 || shardId >= totalShards(this.ratio)) throw new RangeError(`there is no shard ${shardId}`);
    return this.#blocksAt + shardId * this.blockBytes;
  }
}

/** Outputs that one call makes. */
interface OutputGroup {
  readonly shardIds: readonly number[];
  readonly rows: readonly number[];
  /** Where the group's tables start, for each input. */
  readonly tablesAt: number;
}

function groupsOf(outputs: readonly number[]): OutputGroup[] {
  const groups: OutputGroup[] = [];
  for (let at = 0; at < outputs.length; at += OUTPUTS_PER_CALL_MAX) {
    const shardIds = outputs.slice(at, at + OUTPUTS_PER_CALL_MAX);
    groups.push({ shardIds, rows: shardIds.map((_, index) => at + index), tablesAt: at * FACTOR_TABLE_BYTES });
  }
  return groups;
}
