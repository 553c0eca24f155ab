import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodeVolumeInfo, type VolumeFileName } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { DecodeRequest } from '../core/shards/ec-ports.ts';
import { toDiskError } from './files/disk-error.ts';
import { removeFiles, replaceFile, syncDirectory } from './files/durable-files.ts';
import {
  dataPath,
  type EcDirectory,
  INFO_EXTENSION,
  possiblePaths,
  STAGED_SUFFIX,
  shardPath,
} from './shards/ec-paths.ts';
import type { EcStoreContext } from './shards/ec-store-context.ts';
import { readInfoIn } from './shards/encoded-volume-info.ts';
import { findIndexIn } from './shards/find-shards.ts';
import { removeChecksumFiles } from './shards/remove-shards.ts';
import { findLocalShards } from './shards/restore-shards.ts';
import { runEcJob } from './shards/run-ec-job.ts';
import { ShardIndexFile } from './shards/shard-index-file.ts';

/**
 * Puts a volume together again out of its shards, whose deletions have been folded into the index. The data file gets its name last: without it
 * there is no volume. The shards stay.
 * @throws VolumeError `no-space`, `io-error`
 */
export async function restoreVolume(
  context: EcStoreContext,
  directory: EcDirectory,
  { name, layout, version }: DecodeRequest,
  signal?: AbortSignal,
): Promise<void> {
  const local = await findLocalShards(context, name);
  const index = await findIndexIn(local?.home ?? directory, name);
  if (local === undefined || index === undefined)
    throw new VolumeError('io-error', `ec volume ${name.volumeId} has no index`);
  const info = await readInfoIn(local.home, name);
  const opened = await ShardIndexFile.open(context.files, index, info?.bytesOffset ?? 0);
  const { width } = opened;
  await opened.close();
  const [datPath, idxPath] = [dataPath(directory, name, '.dat'), dataPath(directory, name, '.idx')];
  const [stagedDat, stagedIdx] = [`${datPath}${STAGED_SUFFIX}`, `${idxPath}${STAGED_SUFFIX}`];
  const shards = [...local.places].map(([shardId, place]) => ({
    shardId,
    path: shardPath(place.directory, name, shardId),
  }));
  try {
    await runEcJob(
      { kind: 'decode', layout, version, width, shards, indexPath: index, datPath: stagedDat, idxPath: stagedIdx },
      signal,
    );
    context.onStep('decode: volume staged');
    // The info file was that of a volume which took no more writes; the new one does.
    if (info !== undefined) {
      const writable = { ...info, readOnly: false, readOnlyCanDelete: false };
      await replaceFile(dataPath(directory, name, INFO_EXTENSION), encodeVolumeInfo(writable));
    }
  } catch (error) {
    await removeFiles([stagedDat, stagedIdx]);
    throw signal?.aborted === true ? error : toDiskError('the volume cannot be put together', error);
  }
  // An index beside the data of another time would point anywhere; until both are in place the shards are the volume.
  await removeFiles([datPath, ...possiblePaths(directory, name, '.idx')]);
  await syncDirectory(dirname(datPath));
  await rename(stagedIdx, idxPath);
  await syncDirectory(dirname(idxPath));
  context.onStep('decode: index in place');
  await rename(stagedDat, datPath);
  await syncDirectory(dirname(datPath));
  context.onStep('decode: volume in place');
  await forgetChecksums(local.directories, name);
}

/** A later encoding must not find the checksums of this one. */
async function forgetChecksums(directories: readonly EcDirectory[], name: VolumeFileName): Promise<void> {
  for (const directory of directories) await removeChecksumFiles(directory, name);
}
