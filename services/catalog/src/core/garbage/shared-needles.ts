/**
 * How often a needle is named. A needle that one chunk list names once has no row; a row says how often when it is twice or more
 * (docs/decisions/0014-versions-and-shared-needles.md). A holder whose needles may have rows carries a flag; one flag too many costs a look.
 */
import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { Chunk } from '@needlestack/service-contracts';
import { sharedNeedleKey } from '../keys.ts';

/** Counts one use more or less of each chunk, one that stands twice twice. Gives the chunks that nothing names any more, once each. */
export function* countNeedleUses(
  tx: KvTransaction,
  chunks: readonly Chunk[],
  change: 1 | -1,
): KvProgram<readonly Chunk[]> {
  const keys = chunks.map(({ volumeId, needleKey }) => sharedNeedleKey(volumeId, needleKey));
  const rows = yield* tx.getMany(keys);
  const uses = new Map<string, number>();
  const free: Chunk[] = [];
  for (const [i, chunk] of chunks.entries()) {
    const key = keys[i];
    if (key === undefined) continue;
    const name = needleName(chunk);
    const before = uses.get(name) ?? decodeUses(rows[i]);
    const after = before + change;
    uses.set(name, after);
    if (after >= 2) tx.put(key, encodeUses(after));
    else if (before >= 2) tx.delete(key);
    if (after === 0) free.push(chunk);
  }
  return free;
}

export const needleName = ({ volumeId, needleKey }: Chunk): string => `${volumeId}/${needleKey}`;

const decodeUses = (row: Buffer | undefined): number => (row === undefined ? 1 : row.readUInt32BE(0));

function encodeUses(uses: number): Buffer {
  const row = Buffer.allocUnsafe(4);
  row.writeUInt32BE(uses);
  return row;
}
