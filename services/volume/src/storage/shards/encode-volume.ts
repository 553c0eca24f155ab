import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { totalShards } from '@needlestack/erasure-coding';
import { encodeVolumeInfo, type VolumeFileName } from '@needlestack/needle-format';
import type { EncodeRequest } from '../../core/shards/ec-ports.ts';
import { toDiskError } from '../files/disk-error.ts';
import { removeFiles, replaceFile, syncDirectory } from '../files/durable-files.ts';
import { volumePaths } from '../volume-paths.ts';
import type { ShardFilePath } from './ec-jobs.ts';
import {
  CHECKSUM_EXTENSION,
  dataPath,
  type EcDirectory,
  INDEX_EXTENSION,
  INFO_EXTENSION,
  STAGED_SUFFIX,
  shardPath,
} from './ec-paths.ts';
import type { EcStoreContext } from './ec-store-context.ts';
import { removeAllShardFiles } from './remove-shards.ts';
import { runEcJob } from './run-ec-job.ts';
import { encodeNewChecksums } from './shard-checksum-file.ts';

/*
 * Shards of a volume come to be in this order, each step on stable storage before the next:
 *
 *   1 whatever earlier encodings left is removed
 *   2 index, shards and checksums are written under staged names
 *   3 shards and checksums get their names
 *   4 the info file says ratio, size and time of the encoding
 *   5 the index gets its name, which is the moment at which the shards exist
 *
 * A start sweeps staged files, and shards without an index beside their volume. Until then the volume itself is untouched.
 */

/** @throws VolumeError `no-space`, `io-error`; what was made is removed as far as possible */
export async function encodeVolume(
  context: EcStoreContext,
  directory: EcDirectory,
  request: EncodeRequest,
  signal?: AbortSignal,
): Promise<void> {
  const { volume, ratio } = request;
  const name: VolumeFileName = { volumeId: volume.volumeId, collection: volume.collection };
  for (const each of context.directories) await removeAllShardFiles(each, name);
  context.onStep('generate: old shards removed');
  const { dat, idx } = volumePaths(directory.path, directory.indexPath, name);
  const targets: Targets = {
    index: idx.replace(/\.idx$/, INDEX_EXTENSION),
    checksums: dataPath(directory, name, CHECKSUM_EXTENSION),
    info: dataPath(directory, name, INFO_EXTENSION),
    shards: Array.from({ length: totalShards(ratio) }, (_, shardId) => ({
      shardId,
      path: shardPath(directory, name, shardId),
    })),
  };
  try {
    await stage(request, { dat, idx }, targets, signal);
    context.onStep('generate: files staged');
    await publish(context, request, targets);
  } catch (error) {
    await removeAllShardFiles(directory, name).catch(() => undefined);
    await removeFiles([staged(targets.index)]).catch(() => undefined);
    throw signal?.aborted === true ? error : toDiskError('the shards cannot be kept', error);
  }
}

interface Targets {
  readonly index: string;
  readonly checksums: string;
  readonly info: string;
  readonly shards: readonly ShardFilePath[];
}

async function stage(
  { volume, ratio, datBytes, indexBytes }: EncodeRequest,
  source: { readonly dat: string; readonly idx: string },
  targets: Targets,
  signal: AbortSignal | undefined,
): Promise<void> {
  const checksums = await runEcJob(
    {
      kind: 'encode',
      ratio,
      datPath: source.dat,
      datBytes,
      idxPath: source.idx,
      idxBytes: indexBytes,
      width: volume.offsetWidth,
      indexPath: staged(targets.index),
      shards: targets.shards.map(({ shardId, path }) => ({ shardId, path: staged(path) })),
    },
    signal,
  );
  await replaceFile(staged(targets.checksums), encodeNewChecksums(ratio, checksums));
}

async function publish(context: EcStoreContext, request: EncodeRequest, targets: Targets): Promise<void> {
  for (const { path } of targets.shards) await rename(staged(path), path);
  await rename(staged(targets.checksums), targets.checksums);
  await syncDirectory(dirname(targets.checksums));
  context.onStep('generate: shards in place');
  await replaceFile(targets.info, encodeVolumeInfo(infoOf(request)));
  context.onStep('generate: info in place');
  await rename(staged(targets.index), targets.index);
  await syncDirectory(dirname(targets.index));
  context.onStep('generate: index in place');
}

/** The info file is that of the volume too: what it said of the volume stays. */
function infoOf({ volume, datBytes, ratio, encodeTsNs, expireAtSec }: EncodeRequest) {
  return {
    ...volume.info,
    version: volume.superblock.version,
    datFileSize: BigInt(datBytes),
    expireAtSec: BigInt(expireAtSec),
    ecShardConfig: { ...ratio, encodeTsNs },
  };
}

function staged(path: string): string {
  return `${path}${STAGED_SUFFIX}`;
}
