import type { VolumeFileName } from '@needlestack/needle-format';
import type { EcContext } from './ec-context.ts';

/** Removes shards of a volume, mounted or not, and with the last one the files that all share. Missing ones are no error. */
export function deleteVolumeShards(
  { shards }: EcContext,
  name: VolumeFileName,
  shardIds: readonly number[],
): Promise<void> {
  return shards.inTurn(name.volumeId, async () => {
    for (const shardId of shardIds) await shards.unmount(name.volumeId, shardId, 0n);
    await shards.store.deleteShards(name, shardIds);
  });
}

/**
 * Removes everything of a volume's shards. With a time only what was encoded before it: a worker that is late must not remove the shards of
 * a newer encoding, or those whose time is not known.
 */
export function tearDownVolumeShards(
  { shards }: EcContext,
  name: VolumeFileName,
  olderThanTsNs: bigint,
): Promise<void> {
  return shards.inTurn(name.volumeId, async () => {
    const diskIds = await shards.store.disksOlderThan(name, olderThanTsNs);
    await shards.unload(name.volumeId, diskIds);
    await shards.store.tearDown(name, diskIds);
  });
}
