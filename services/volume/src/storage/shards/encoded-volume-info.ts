import { shardRatioOf } from '@needlestack/erasure-coding';
import {
  CURRENT_NEEDLE_VERSION,
  type NeedleVersion,
  toNeedleVersion,
  type VolumeFileName,
  type VolumeInfo,
} from '@needlestack/needle-format';
import type { EncodedVolumeInfo } from '../../core/shards/ec-ports.ts';
import { readVolumeInfo } from '../read-volume-info.ts';
import { type EcDirectory, INFO_EXTENSION, possiblePaths } from './ec-paths.ts';

/** The info file in a directory; undefined when there is none. */
export async function readInfoIn(directory: EcDirectory, name: VolumeFileName): Promise<VolumeInfo | undefined> {
  for (const path of possiblePaths(directory, name, INFO_EXTENSION)) {
    const { info, missing } = await readVolumeInfo(path);
    if (!missing) return info;
  }
  return undefined;
}

/** When the shards in a directory were encoded; 0n when nothing says so. */
export async function readEncodeTs(directory: EcDirectory, name: VolumeFileName): Promise<bigint> {
  return (await readInfoIn(directory, name))?.ecShardConfig?.encodeTsNs ?? 0n;
}

/** Without an info file the usual ratio counts, and the size of the shards tells how the volume was cut. */
export function toEncodedInfo(info: VolumeInfo | undefined): EncodedVolumeInfo {
  return {
    version: versionOf(info),
    ratio: shardRatioOf(info?.ecShardConfig),
    datFileBytes: Number(info?.datFileSize ?? 0n),
    encodeTsNs: info?.ecShardConfig?.encodeTsNs ?? 0n,
    expireAtSec: Number(info?.expireAtSec ?? 0n),
  };
}

function versionOf(info: VolumeInfo | undefined): NeedleVersion {
  try {
    return toNeedleVersion(info?.version ?? CURRENT_NEEDLE_VERSION);
  } catch {
    return CURRENT_NEEDLE_VERSION;
  }
}
