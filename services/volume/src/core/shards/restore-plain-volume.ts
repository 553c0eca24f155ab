import { VolumeError } from '@needlestack/service-contracts';
import { deleteNeedle } from '../needles/delete-needle.ts';
import type { Volume } from '../volume/volume.ts';
import type { EcContext } from './ec-context.ts';
import type { EcVolume } from './ec-volume.ts';
import { hasLiveRows } from './shard-rows.ts';

/** How a volume came back from its shards. */
export type RestoreOutcome = 'restored' | 'no-live-entries';

/**
 * Puts a volume together again out of its mounted data shards. The files are there to be mounted afterwards; the shards stay. A volume of that id
 * that is mounted holds at least what the shards hold: it only takes over their deletions.
 * @throws VolumeError `volume-not-found`, `invalid-argument` (another collection, a data shard is missing), `io-error`
 */
export function restorePlainVolume(
  context: EcContext,
  volumeId: number,
  collection: string,
  signal?: AbortSignal,
): Promise<RestoreOutcome> {
  const { shards, registry } = context;
  return shards.inTurn(volumeId, async () => {
    const volume = requireDataShards(context, volumeId, collection);
    await volume.shared.journal.fold();
    if (!(await hasLiveRows(volume.shared))) return 'no-live-entries';
    const plain = registry.get(volumeId);
    if (plain !== undefined) await takeOverDeletions(plain, volume);
    else {
      const [diskId = 0] = volume.diskIds;
      const { name, layout, info } = volume;
      await shards.store.decode({ name, diskId, layout, version: info.version }, signal);
    }
    return 'restored';
  });
}

function requireDataShards({ shards }: EcContext, volumeId: number, collection: string): EcVolume {
  const volume = shards.get(volumeId);
  if (volume === undefined) throw new VolumeError('volume-not-found', `ec volume ${volumeId} not found`);
  if (volume.collection !== collection) {
    throw new VolumeError(
      'invalid-argument',
      `existing collection:${volume.collection} unexpected input: ${collection}`,
    );
  }
  for (let shardId = 0; shardId < volume.info.ratio.dataShards; shardId += 1) {
    if (volume.shards.has(shardId)) continue;
    throw new VolumeError('invalid-argument', `ec volume ${volumeId} missing shard ${shardId}`);
  }
  return volume;
}

async function takeOverDeletions(plain: Volume, { shared }: EcVolume): Promise<void> {
  for (const id of shared.journal.ids) await deleteNeedle(plain, id, { cookie: undefined });
}
