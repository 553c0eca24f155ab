import { formatTtl, superblockBytes, ttlSeconds } from '@needlestack/needle-format';
import { LIMITS } from '../limits.ts';
import type { Volume } from './volume.ts';

/** Whether the time of a volume with a time to live has passed, and so long ago that it may go. */
export type VolumeAge = 'live' | 'expired' | 'removable';

/**
 * A volume expires its time to live after its last write; an empty one, or one without a time, never does. It stays a tenth of its
 * time longer, ten minutes at most, so that no reader is cut off by a clock that is a little ahead.
 */
export function ageOfVolume({ opened, modifiedAtMs }: Volume, nowMs: number): VolumeAge {
  const { superblock, file } = opened;
  if (formatTtl(superblock.ttl) === '' || file.endBytes <= superblockBytes(superblock)) return 'live';
  const livedMs = nowMs - modifiedAtMs;
  const ttlMs = ttlSeconds(superblock.ttl) * 1000;
  if (livedMs <= ttlMs) return 'live';
  return livedMs <= ttlMs + Math.min(ttlMs / 10, LIMITS.expiredVolumeKeptMs) ? 'expired' : 'removable';
}
