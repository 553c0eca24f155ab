import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { Chunk } from '@needlestack/service-contracts';
import type { CommitContext } from '../commit-context.ts';
import { addGarbage } from './add-garbage.ts';
import { countNeedleUses } from './shared-needles.ts';

/**
 * A version or part that named these needles is gone. They become garbage unless, being shared, another names them still: only
 * holders that say so are asked about, all others cost nothing.
 */
export function* releaseNeedles(
  tx: KvTransaction,
  needles: { readonly chunks: readonly Chunk[]; readonly isShared: boolean },
  { nowMs }: Pick<CommitContext, 'nowMs'>,
): KvProgram<void> {
  const { chunks, isShared } = needles;
  addGarbage(tx, isShared ? yield* countNeedleUses(tx, chunks, -1) : chunks, nowMs);
}
