import { replicaCopies, replicaPlacementFromByte } from '@needlestack/needle-format';
import { GROW_COUNT_MAX } from './limits.ts';
import type { Master } from './master.ts';
import { MasterError } from './master-error.ts';
import type { WriteWish } from './write-wish.ts';

/**
 * Makes exactly as many volumes as somebody asked for.
 * @throws MasterError `invalid-argument`, `unknown-place`, `no-free-slot`, `allocation-failed`
 */
export const growOnRequest = async (
  { topology, grower }: Pick<Master, 'topology' | 'grower'>,
  wish: WriteWish,
  count: number,
): Promise<void> => {
  if (!Number.isInteger(count) || count < 1 || count > GROW_COUNT_MAX) {
    throw new MasterError(
      'invalid-argument',
      `can not parse parameter count: ${count}, expected 1 to ${GROW_COUNT_MAX}`,
    );
  }
  const { dataCenter } = wish.place;
  if (dataCenter !== '' && !topology.servers.some(({ identity }) => identity.dataCenter === dataCenter)) {
    throw new MasterError('unknown-place', `data center ${dataCenter} not exists`);
  }
  const wanted = count * replicaCopies(replicaPlacementFromByte(wish.layout.placement));
  const free = grower.countFreeSlots({ ...wish, place: { ...wish.place, dataCenter: '' } });
  if (free < wanted) throw new MasterError('no-free-slot', `only ${free} volumes left, not enough for ${wanted}`);
  await grower.grow(wish, count);
};
