import { readNeedleData } from '../../src/core/needles/read-needle.ts';
import type { Volume } from '../../src/core/volume/volume.ts';
import { WRITE_PIECE_BYTES } from '../../src/storage/files/write-in-pieces.ts';

/** What the workload does to one needle, in this order. */
export type OperationKind = 'write' | 'overwrite' | 'delete';

/** Every needle is written, every seventh overwritten, every fifth deleted. */
export function operationsOn(key: number): readonly OperationKind[] {
  const operations: OperationKind[] = ['write'];
  if (key % 7 === 0) operations.push('overwrite');
  if (key % 5 === 0) operations.push('delete');
  return operations;
}

/** Some are so large that they are appended in several writes. They are overwritten by small ones: compactions would copy little else. */
const LARGE_EVERY = 14;
const LARGE_AT = 7;
const LARGE_BYTES = WRITE_PIECE_BYTES + 100_000;

export function contentOf(key: number, kind: 'write' | 'overwrite'): Buffer {
  const isLarge = kind === 'write' && key % LARGE_EVERY === LARGE_AT;
  return Buffer.alloc(1 + (key % 9000) + (isLarge ? LARGE_BYTES : 0), kind === 'write' ? key : key + 1);
}

export function cookieOf(key: number): number {
  return (key * 2_654_435_761) >>> 0;
}

/** What was acknowledged, by the lines that the workload said. */
export class WorkloadLedger {
  readonly #acknowledged = new Map<number, number>();

  /** @param line `write 17` */
  take(line: string): void {
    const key = Number(line.split(' ')[1]);
    this.#acknowledged.set(key, (this.#acknowledged.get(key) ?? 0) + 1);
  }

  get size(): number {
    return this.#acknowledged.size;
  }

  copy(): WorkloadLedger {
    const copy = new WorkloadLedger();
    for (const [key, count] of this.#acknowledged) copy.#acknowledged.set(key, count);
    return copy;
  }

  /** Reads every needle back. An operation that was under way may have happened or not; nothing else may differ. */
  async check(volume: Volume): Promise<void> {
    for (const [key, count] of this.#acknowledged) {
      const operations = operationsOn(key);
      const allowed = [operations[count - 1], operations[count]].filter((kind) => kind !== undefined);
      const found = await contentFound(volume, key);
      const fits = allowed.some((kind) =>
        kind === 'delete'
          ? found === undefined
          : found !== undefined && Buffer.compare(found, contentOf(key, kind)) === 0,
      );
      if (!fits) {
        const is = found === undefined ? 'missing' : `${found.length} bytes of ${found[0]}`;
        throw new Error(`needle ${key} is ${is} after ${operations.slice(0, count).join(', ')}`);
      }
    }
  }
}

async function contentFound(volume: Volume, key: number): Promise<Uint8Array | undefined> {
  try {
    return await readNeedleData(volume, { volumeId: volume.volumeId, needleKey: BigInt(key), cookie: cookieOf(key) });
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'needle-not-found') return;
    throw error;
  }
}
