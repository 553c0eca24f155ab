import type { Master } from '../core/master.ts';
import { MasterError } from '../core/master-error.ts';
import { dirStatus } from './dir-status.ts';
import type { MasterRoute } from './http-answer.ts';

/** Vacuums every volume and then shows the topology, as SeaweedFS does. */
export const volVacuum = (master: Master): MasterRoute => {
  const show = dirStatus(master);
  return async (request) => {
    const garbageThreshold = readThreshold(request.params.get('garbageThreshold') ?? '', master);
    await master.vacuum.runOnDemand({ garbageThreshold, volumeId: 0, collection: '' });
    return show(request);
  };
};

const readThreshold = (text: string, { settings }: Master): number => {
  if (text === '') return settings.vacuum.garbageThreshold;
  const threshold = Number(text);
  if (text.trim() !== '' && !Number.isNaN(threshold)) return threshold;
  throw new MasterError('invalid-argument', `garbageThreshold ${text} is not a valid float number`);
};
