/** Why a volume takes no writes. */
export const READ_ONLY_REASONS = ['marked', 'disk-full', 'io-error', 'damaged', 'tiered', 'closed'] as const;

export type ReadOnlyReason = (typeof READ_ONLY_REASONS)[number];

export type VolumeState = 'writable' | ReadOnlyReason;

export type VolumeStateEvent = 'mark-read-only' | 'mark-writable' | 'append-hit-full-disk' | 'append-failed' | 'close';

/**
 * What each event makes of each state. After a failed append or sync nothing is known about the pages that the kernel dropped, so
 * only opening the volume anew (unmount, mount) makes it writable; the same holds for damage found while opening. A volume whose data
 * lies on another store takes deletions, but no writes until its data is back.
 */
const TRANSITIONS: Readonly<Record<VolumeState, Readonly<Record<VolumeStateEvent, VolumeState>>>> = {
  writable: {
    'mark-read-only': 'marked',
    'mark-writable': 'writable',
    'append-hit-full-disk': 'disk-full',
    'append-failed': 'io-error',
    close: 'closed',
  },
  marked: {
    'mark-read-only': 'marked',
    'mark-writable': 'writable',
    'append-hit-full-disk': 'disk-full',
    'append-failed': 'io-error',
    close: 'closed',
  },
  'disk-full': {
    'mark-read-only': 'marked',
    'mark-writable': 'writable',
    'append-hit-full-disk': 'disk-full',
    'append-failed': 'io-error',
    close: 'closed',
  },
  'io-error': {
    'mark-read-only': 'io-error',
    'mark-writable': 'io-error',
    'append-hit-full-disk': 'io-error',
    'append-failed': 'io-error',
    close: 'closed',
  },
  damaged: {
    'mark-read-only': 'damaged',
    'mark-writable': 'damaged',
    'append-hit-full-disk': 'damaged',
    'append-failed': 'io-error',
    close: 'closed',
  },
  tiered: {
    'mark-read-only': 'tiered',
    'mark-writable': 'tiered',
    'append-hit-full-disk': 'tiered',
    'append-failed': 'tiered',
    close: 'closed',
  },
  closed: {
    'mark-read-only': 'closed',
    'mark-writable': 'closed',
    'append-hit-full-disk': 'closed',
    'append-failed': 'closed',
    close: 'closed',
  },
};

export function nextVolumeState(state: VolumeState, event: VolumeStateEvent): VolumeState {
  return TRANSITIONS[state][event];
}
