/** Builds what keeps the copies of volumes equal. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Lifecycle, Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { VolumeEvents } from '../core/ports.ts';
import { NeedleDigests } from '../core/repair/digest-needles.ts';
import { ReplicaMender } from '../core/repair/replica-mender.ts';
import { ShardMender } from '../core/repair/shard-mender.ts';
import type { ServerState } from '../core/server-state.ts';
import type { EcNeedles } from '../core/shards/ec-needles.ts';
import type { EcEvents } from '../core/shards/ec-ports.ts';
import type { EcRegistry } from '../core/shards/ec-registry.ts';
import type { VolumeRegistry } from '../core/volume/volume-registry.ts';
import type { RepairContext } from '../grpc/repair-service.ts';
import { createRepairEvents } from '../observability/repair-events.ts';
import { CopyClient } from '../peers/copy-client.ts';
import { VolumeSourceClient } from '../peers/volume-source-client.ts';
import { systemClock } from '../system-clock.ts';
import { DEFAULTS, REPAIR_DEFAULTS, type VolumeServiceOptions } from '../volume-options.ts';
import type { ClusterLink } from './wire-heartbeats.ts';
import { isOwnAddress } from './wire-shards.ts';
import { createPacer } from './wire-transfers.ts';

export interface RepairWiring {
  readonly registry: VolumeRegistry;
  readonly shards: EcRegistry;
  readonly ecNeedles: EcNeedles;
  readonly shardEvents: EcEvents;
  readonly state: ServerState;
  readonly link: ClusterLink;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  readonly lifecycle: Lifecycle;
}

/** Nothing runs in the background before a master is connected: without one nobody knows where the other copies are. */
export async function wireRepair(options: VolumeServiceOptions, parts: RepairWiring): Promise<RepairContext> {
  const { registry, shards, ecNeedles, shardEvents, state, link, logger, metrics, lifecycle } = parts;
  const { bytesPerSecond, lostShardMs, ...times } = { ...REPAIR_DEFAULTS, ...options.repair };
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
  const pacer = createPacer(ownBytesPerSecond > 0 ? ownBytesPerSecond : bytesPerSecond);
  const isAllowed = (): boolean => !state.record.maintenance && !state.hasLeft;
  const mender = await lifecycle.start(
    'repair of copies',
    () =>
      new ReplicaMender({
        ...times,
        registry,
        peers,
        sources: new VolumeSourceClient(options.clientSecurity ?? {}),
        digests,
        pacer,
        events: createRepairEvents(logger, metrics),
        clock: systemClock,
        pause: quietPause,
        isAllowed,
      }),
    (started) => started.close(),
  );
  const shardMender = await lifecycle.start(
    'repair of shards',
    () =>
      new ShardMender({
        registry,
        shards,
        ecNeedles,
        pacer,
        events: shardEvents,
        clock: systemClock,
        pause: quietPause,
        isAllowed,
        everyMs: times.everyMs,
        retryMs: times.retryMs,
        lostAfterMs: lostShardMs,
        verifyEveryMs: options.scrubEveryMs ?? DEFAULTS.scrubEveryMs,
        verifyBytesPerSecond: options.scrubBytesPerSecond ?? DEFAULTS.scrubBytesPerSecond,
      }),
    (started) => started.close(),
  );
  registry.onChange(({ kind, volume }) => {
    if (kind === 'removed') mender.forget(volume.volumeId);
  });
  return { digests, mender, shardMender };
}

/** A pause that does not keep the process alive. */
function quietPause(ms: number, signal: AbortSignal): Promise<void> {
  return pause(ms, undefined, { signal, ref: false });
}

/** What tells that a shard here is not what it should be. */
export function suspectShardsOnEvents(events: EcEvents, mender: () => ShardMender | undefined): EcEvents {
  return {
    ...events,
    shardDamaged: (volumeId, shardIds, needleId) => {
      events.shardDamaged(volumeId, shardIds, needleId);
      mender()?.suspect(volumeId, shardIds);
    },
    shardUnreadable: (volumeId, shardId) => {
      events.shardUnreadable(volumeId, shardId);
      mender()?.suspect(volumeId, [shardId]);
    },
  };
}

/** What tells that a copy may differ from the others. */
export function suspectOnEvents(events: VolumeEvents, mender: () => ReplicaMender | undefined): VolumeEvents {
  return {
    ...events,
    replicaFailed: (volumeId, url, cause) => {
      events.replicaFailed(volumeId, url, cause);
      mender()?.suspect(volumeId);
    },
    needleDamaged: (volumeId, key, word) => {
      events.needleDamaged(volumeId, key, word);
      mender()?.suspect(volumeId, [key]);
    },
    volumeScrubbed: (volumeId, report) => {
      events.volumeScrubbed(volumeId, report);
      if (report.damagedIds.length > 0) mender()?.suspect(volumeId, report.damagedIds);
    },
  };
}
