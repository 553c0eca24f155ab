import type { VolumeFileName } from '@needlestack/needle-format';
import type { EcContext } from './ec-context.ts';

/**
 * Makes shards that are missing on this server, or damaged, out of the others, and writes deletions into the index. Shards that were mounted
 * go on with the new files. Returns the ids of what was made; none when there is nothing of the volume here.
 * @throws VolumeError `io-error`
 */
export function rebuildVolumeShards(
  { shards }: EcContext,
  name: VolumeFileName,
  ignoresChecksums: boolean,
  signal?: AbortSignal,
): Promise<readonly number[]> {
  return shards.inTurn(name.volumeId, async () => {
    const rebuilt = await shards.store.rebuild(name, ignoresChecksums, signal);
    for (const shardId of rebuilt) {
      const holder = shards.findHolder(name.volumeId, shardId);
      if (holder === undefined) continue;
      const { diskType } = holder;
      await shards.unmount(name.volumeId, shardId, 0n);
      await shards.mount(name, shardId, diskType);
    }
    const mounted = shards.get(name.volumeId);
    if (mounted === undefined) await shards.store.foldJournals(name);
    else await mounted.shared.journal.fold();
    return rebuilt;
  });
}
