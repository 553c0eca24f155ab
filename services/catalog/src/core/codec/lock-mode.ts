import type { ObjectLock } from '@needlestack/service-contracts';

type LockMode = NonNullable<ObjectLock['mode']>;

/** Stored numbers: position plus 1, 0 for none. */
const LOCK_MODES = ['GOVERNANCE', 'COMPLIANCE'] as const satisfies readonly LockMode[];

export const lockModeCode = (mode: LockMode | undefined): number =>
  mode === undefined ? 0 : LOCK_MODES.indexOf(mode) + 1;

export const lockModeOfCode = (code: number): LockMode | undefined => LOCK_MODES[code - 1];
