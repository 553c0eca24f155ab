import { DEFAULT_SHARD_RATIO } from '@needlestack/erasure-coding';
import type { VolumeFileName } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { copyShards } from './copy-shards.ts';
import type { EcContext } from './ec-context.ts';

/**
 * Fetches the index for shards whose index is on no disk of this server from another holder, and mounts them. Returns how many volumes
 * came back; one that nobody has the index of is left as it is.
 * @param volumeId undefined for all volumes of which this is true
 */
export async function recoverShardIndexes(
  context: EcContext,
  volumeId: number | undefined,
  signal: AbortSignal,
): Promise<number> {
  let recovered = 0;
  for (const { name, diskId } of await context.shards.store.disksWithoutIndex(volumeId)) {
    if (!(await fetchFromAnyHolder(context, name, diskId, signal))) continue;
    await mountAllOf(context, name);
    recovered += 1;
  }
  return recovered;
}

async function fetchFromAnyHolder(
  context: EcContext,
  name: VolumeFileName,
  preferredDiskId: number,
  signal: AbortSignal,
): Promise<boolean> {
  const holders = await context.shardPeers.holders(name.volumeId, DEFAULT_SHARD_RATIO, new Set());
  for (const source of new Set([...holders.values()].flat())) {
    try {
      const files = { shardIds: [], withIndex: true, withJournal: true, withInfo: true, withChecksums: true };
      await copyShards(context, { name, source, diskId: 0, preferredDiskId, bytesPerSecond: 0, ...files }, signal);
      return true;
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
    }
  }
  return false;
}

function mountAllOf({ shards }: EcContext, name: VolumeFileName): Promise<void> {
  return shards.inTurn(name.volumeId, async () => {
    for (const shardId of await shards.store.shardIdsOf(name)) await shards.mount(name, shardId, undefined);
  });
}
