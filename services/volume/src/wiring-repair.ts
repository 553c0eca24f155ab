/** Builds what keeps the copies of volumes equal. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Lifecycle, Logger, MetricsRegistry } from '@needlestack/service-kit';
import { NeedleDigests } from './core/digest-needles.ts';
import type { VolumeEvents } from './core/ports.ts';
import { ReplicaMender } from './core/replica-mender.ts';
import type { ServerState } from './core/server-state.ts';
import type { VolumeRegistry } from './core/volume-registry.ts';
import type { RepairContext } from './grpc/repair-service.ts';
import { createRepairEvents } from './observability/repair-events.ts';
import { CopyClient } from './peers/copy-client.ts';
import { systemClock } from './system-clock.ts';
import { REPAIR_DEFAULTS, type VolumeServiceOptions } from './volume-options.ts';
import type { ClusterLink } from './wiring-heartbeats.ts';
import { isOwnAddress } from './wiring-shards.ts';
import { createPacer } from './wiring-transfers.ts';

export interface RepairWiring {
  readonly registry: VolumeRegistry;
  readonly state: ServerState;
  readonly link: ClusterLink;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  readonly lifecycle: Lifecycle;
}

/** Nothing runs in the background before a master is connected: without one nobody knows where the other copies are. */
export async function wireRepair(options: VolumeServiceOptions, parts: RepairWiring): Promise<RepairContext> {
  const { registry, state, link, logger, metrics, lifecycle } = parts;
  const { bytesPerSecond, ...times } = { ...REPAIR_DEFAULTS, ...options.repair };
  const peers = await lifecycle.start(
    'copy peers',
    () =>
      new CopyClient({
        lookup: async (volumeId, signal) => (await link.master?.lookupServers(volumeId, signal)) ?? [],
        isOwnAddress: (address) => isOwnAddress(link, address),
        security: options.clientSecurity ?? {},
      }),
    (client) => client.close(),
  );
  const digests = new NeedleDigests();
  const ownBytesPerSecond = options.maintenanceBytesPerSecond ?? 0;
  const mender = await lifecycle.start(
    'repair of copies',
    () =>
      new ReplicaMender({
        ...times,
        registry,
        peers,
        digests,
        pacer: createPacer(ownBytesPerSecond > 0 ? ownBytesPerSecond : bytesPerSecond),
        events: createRepairEvents(logger, metrics),
        clock: systemClock,
        pause: (ms, signal) => pause(ms, undefined, { signal, ref: false }),
        isAllowed: () => !state.record.maintenance && !state.hasLeft,
      }),
    (started) => started.close(),
  );
  registry.onChange(({ kind, volume }) => {
    if (kind === 'removed') mender.forget(volume.volumeId);
  });
  return { digests, mender };
}

/** What tells that a copy may differ from the others. */
export function suspectOnEvents(events: VolumeEvents, mender: () => ReplicaMender | undefined): VolumeEvents {
  return {
    ...events,
    replicaFailed: (volumeId, url, cause) => {
      events.replicaFailed(volumeId, url, cause);
      mender()?.suspect(volumeId);
    },
    needleDamaged: (volumeId, key) => {
      events.needleDamaged(volumeId, key);
      mender()?.suspect(volumeId, [key]);
    },
    volumeScrubbed: (volumeId, report) => {
      events.volumeScrubbed(volumeId, report);
      if (report.damagedIds.length > 0) mender()?.suspect(volumeId, report.damagedIds);
    },
  };
}
