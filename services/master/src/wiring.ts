import type { OrderedKv } from '@needlestack/ordered-kv';
import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import { DEFAULT_VACUUM, type MasterOptions } from './config.ts';
import { AdminLocks } from './core/admin-locks.ts';
import { FileIdAssigner } from './core/assign-file-ids.ts';
import { ClusterMembers } from './core/cluster-members.ts';
import { FileIdSequence } from './core/file-id-sequence.ts';
import { VolumeGrower } from './core/grow-volumes.ts';
import { WARM_UP_MS } from './core/limits.ts';
import type { Master, MasterAddress } from './core/master.ts';
import type { DurableState } from './core/ports.ts';
import { scheduleVacuums } from './core/schedule-vacuums.ts';
import { Topology } from './core/topology.ts';
import { VolumeVacuum } from './core/vacuum-volumes.ts';
import { ANY_WRITE, readWriteRequest } from './core/write-wish.ts';
import { createMasterEvents } from './observability/log-master-events.ts';
import { registerTopologyMetrics } from './observability/register-topology-metrics.ts';
import { VolumeServerClients } from './peers/volume-server-clients.ts';
import { createStateStore } from './storage/durable-state-store.ts';
import { systemClock, systemRandom } from './system-clock.ts';

const VERSION = 'Needlestack 0.1.0';
const MIB = 1024 * 1024;

export interface WiredMaster {
  readonly master: Master;
  /** Ends what goes on by itself, and the connections to volume servers. */
  close(): Promise<void>;
}

/**
 * Volume ids must not collide with volumes that exist but are not reported yet. What is durable knows them all; a master
 * without it that hears of volumes listens a while first.
 */
const createWarmUp = (sequence: FileIdSequence, state: DurableState): (() => Promise<void>) => {
  const startedAtMs = systemClock.nowMs();
  if (state.volumeIdMax > 0) return () => Promise.resolve();
  return async () => {
    const restMs = startedAtMs + WARM_UP_MS - systemClock.nowMs();
    if (restMs > 0 && sequence.hasSeenForeignVolumes) await new Promise((resolve) => setTimeout(resolve, restMs));
  };
};

/** Builds the master's parts around its durable state. */
export const wireMaster = async (
  options: MasterOptions,
  kv: OrderedKv,
  logger: Logger,
  metrics: MetricsRegistry,
  address: () => MasterAddress,
): Promise<WiredMaster> => {
  // A placement that cannot be read must fail the start, not every assignment.
  readWriteRequest(ANY_WRITE, options.defaultReplication);
  const store = createStateStore(kv);
  const state = await store.load();
  const events = createMasterEvents(logger, metrics);
  const volumeSizeLimitBytes = options.volumeSizeLimitMb * MIB;
  const topology = new Topology({ clock: systemClock, events, volumeSizeLimitBytes, placementIsMinimum: false });
  registerTopologyMetrics(metrics, topology);
  const sequence = new FileIdSequence(store, state);
  const clients = new VolumeServerClients(options.peerSecurity, volumeSizeLimitBytes);
  const preallocateBytes = options.volumePreallocate ? volumeSizeLimitBytes : 0;
  const grower = new VolumeGrower({
    topology,
    sequence,
    servers: clients,
    clock: systemClock,
    random: systemRandom,
    events,
    preallocateBytes,
    whenReady: createWarmUp(sequence, state),
  });
  const vacuumSettings = options.vacuum ?? DEFAULT_VACUUM;
  const { parallelPerServerMax } = vacuumSettings;
  const vacuum = new VolumeVacuum({ topology, servers: clients, events, parallelPerServerMax, preallocateBytes });
  const locks = new AdminLocks(systemClock, systemRandom);
  const master: Master = {
    topology,
    sequence,
    grower,
    assigner: new FileIdAssigner({ topology, sequence, grower, random: systemRandom }),
    servers: clients,
    members: new ClusterMembers(systemClock),
    locks,
    vacuum,
    clock: systemClock,
    random: systemRandom,
    events,
    settings: {
      volumeSizeLimitMb: options.volumeSizeLimitMb,
      volumePreallocate: options.volumePreallocate,
      defaultReplication: options.defaultReplication,
      topologyId: state.topologyId,
      version: VERSION,
      vacuum: vacuumSettings,
    },
    address,
  };
  const stopVacuums = scheduleVacuums({ vacuum, locks, random: systemRandom, settings: vacuumSettings });
  return {
    master,
    close: async () => {
      stopVacuums();
      await vacuum.close();
      clients.close();
    },
  };
};
