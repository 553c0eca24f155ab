import type {
  DisableVacuumRequest,
  DisableVacuumResponseInit,
  EnableVacuumRequest,
  EnableVacuumResponseInit,
  VacuumVolumeRequest,
  VacuumVolumeResponseInit,
} from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';
import type { VacuumStopper } from '../core/vacuum-volumes.ts';

/** Answers when the vacuum is over; at once while another runs. The threshold is taken as it is, 0 compacts everything. */
export const vacuumVolume =
  ({ vacuum }: Master) =>
  async (request: VacuumVolumeRequest): Promise<VacuumVolumeResponseInit> => {
    const { garbage_threshold: garbageThreshold, volume_id: volumeId, collection } = request;
    await vacuum.runOnDemand({ garbageThreshold, volumeId, collection });
    return {};
  };

export const disableVacuum =
  ({ vacuum }: Master) =>
  ({ by_plugin }: DisableVacuumRequest): DisableVacuumResponseInit => {
    vacuum.disable(stopperOf(by_plugin));
    return {};
  };

export const enableVacuum =
  ({ vacuum }: Master) =>
  ({ by_plugin }: EnableVacuumRequest): EnableVacuumResponseInit => {
    vacuum.enable(stopperOf(by_plugin));
    return {};
  };

const stopperOf = (byPlugin: boolean): VacuumStopper => (byPlugin ? 'plugin' : 'operator');
