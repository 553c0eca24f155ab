import type { AdminLocks } from './admin-locks.ts';
import { VACUUM_JITTER_SHARE } from './limits.ts';
import type { Random } from './ports.ts';
import type { VacuumSettings, VolumeVacuum } from './vacuum-volumes.ts';

/** Held by SeaweedFS's admin server for as long as it lives; its workers vacuum instead of the master. */
const ADMIN_SERVER_LOCK = 'admin-server';

export interface VacuumSchedule {
  readonly vacuum: VolumeVacuum;
  readonly locks: AdminLocks;
  readonly random: Random;
  readonly settings: VacuumSettings;
}

/** Vacuums every volume now and then until the returned function is called. */
export const scheduleVacuums = ({ vacuum, locks, random, settings }: VacuumSchedule): (() => void) => {
  let timer: NodeJS.Timeout;
  const run = async (): Promise<void> => {
    // An admin server that died cannot allow what it forbade.
    if (vacuum.isDisabledBy('plugin') && locks.find(ADMIN_SERVER_LOCK) === undefined) vacuum.enable('plugin');
    await vacuum.runByItself(settings.garbageThreshold);
  };
  const wait = (): void => {
    const pauseMs = settings.pauseMs * (1 + random.fraction() * VACUUM_JITTER_SHARE);
    // A vacuum reports its failures itself and does not reject.
    timer = setTimeout(() => void run().then(wait), pauseMs).unref();
  };
  wait();
  return () => clearTimeout(timer);
};
