import {
  DEFAULT_VOLUME_INFO,
  decodeVolumeInfo,
  FormatError,
  parseReplicaPlacement,
  type VolumeInfo,
} from '@needlestack/needle-format';
import { readFileIfThere } from './files/durable-files.ts';

export interface ReadVolumeInfo {
  readonly info: VolumeInfo;
  /** The file is missing or empty and should be written. One that cannot be read is left for a person to look at. */
  readonly missing: boolean;
}

/** The `.vif` of a volume. A missing, empty or unreadable one counts as the defaults, without a declared offset width. */
export async function readVolumeInfo(path: string): Promise<ReadVolumeInfo> {
  const defaults = { ...DEFAULT_VOLUME_INFO, bytesOffset: 0 };
  const content = await readFileIfThere(path);
  if (content === undefined || content.length === 0) return { info: defaults, missing: true };
  try {
    const info = decodeVolumeInfo(content.toString());
    parseReplicaPlacement(info.replication);
    return { info, missing: false };
  } catch (error) {
    if (error instanceof FormatError) return { info: defaults, missing: false };
    throw error;
  }
}
