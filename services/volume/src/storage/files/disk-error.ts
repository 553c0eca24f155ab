import { VolumeError } from '@needlestack/service-contracts';
import { isFullDisk } from '../../core/volume/full-disk.ts';

/** What a failed call of the disk is for callers: `no-space` or `io-error`. Errors that have a code of ours stay as they are. */
export function toDiskError(what: string, cause: unknown): VolumeError {
  if (cause instanceof VolumeError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VolumeError(isFullDisk(cause) ? 'no-space' : 'io-error', `${what}: ${why}`, { cause });
}
