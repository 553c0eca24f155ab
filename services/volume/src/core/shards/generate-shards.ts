import { DEFAULT_SHARD_RATIO } from '@needlestack/erasure-coding';
import { ttlSeconds } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { EcContext } from './ec-context.ts';

/**
 * Cuts a mounted volume into shards, which lie beside it and are not mounted. Earlier shards of the volume on this server are gone afterwards. The volume
 * itself is left as it is, writers included: what is written meanwhile is in no shard's index.
 * @throws VolumeError `volume-not-found`, `invalid-argument` when the volume is of another collection or its data elsewhere, `no-space`, `io-error`
 */
export async function generateShards(
  { registry, shards, clock }: EcContext,
  volumeId: number,
  collection: string,
  signal?: AbortSignal,
): Promise<void> {
  const volume = registry.require(volumeId);
  if (volume.collection !== collection) {
    throw new VolumeError(
      'invalid-argument',
      `existing collection:${volume.collection} unexpected input: ${collection}`,
    );
  }
  if (volume.opened.remote !== undefined) {
    throw new VolumeError(
      'invalid-argument',
      `volume ${volumeId} is not cut into shards: its data lies on another store`,
    );
  }
  const name = { volumeId, collection };
  await shards.inTurn(volumeId, async () => {
    const ratio = (await shards.store.readRatio(name)) ?? DEFAULT_SHARD_RATIO;
    await shards.unload(volumeId);
    const { opened } = volume;
    // Rows first: every record that they name is in the data by the time its end is taken.
    await opened.log.flush();
    const indexBytes = opened.log.endBytes;
    const datBytes = opened.file.endBytes;
    const lifetimeSeconds = ttlSeconds(opened.superblock.ttl);
    const expireAtSec = lifetimeSeconds > 0 ? Math.floor(clock.nowMs() / 1000) + lifetimeSeconds : 0;
    const request = { volume: opened, indexBytes, datBytes, ratio, encodeTsNs: clock.nowNs(), expireAtSec };
    await shards.store.encode(request, signal);
    // A compaction in between has put other files in the place of those that were read.
    if (volume.opened === opened) {
      // The info file is shared: whoever saves it for the volume must not forget the shards.
      const ecShardConfig = { ...ratio, encodeTsNs: request.encodeTsNs };
      volume.setInfo({ ...opened.info, datFileSize: BigInt(datBytes), ecShardConfig });
      return;
    }
    await shards.store.tearDown(name, [opened.diskId]);
    throw new VolumeError('overloaded', `volume ${volumeId} was compacted while it was being cut into shards`);
  });
}
