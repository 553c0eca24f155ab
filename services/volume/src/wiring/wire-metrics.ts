import type { Lifecycle, MetricsRegistry } from '@needlestack/service-kit';
import type { VolumeEvents } from '../core/ports.ts';
import type { DamageWord, ServerCounters } from '../core/server-counters.ts';
import type { EcEvents } from '../core/shards/ec-ports.ts';
import type { EcRegistry } from '../core/shards/ec-registry.ts';
import type { VolumeRegistry } from '../core/volume/volume-registry.ts';
import { createSeaweedMetrics, listenForMetrics, type SeaweedMetrics } from '../observability/seaweed-metrics.ts';
import type { MasterClientEvents } from '../peers/master-client.ts';
import { systemClock } from '../system-clock.ts';
import { SERVER_VERSION, type VolumeServiceOptions } from '../volume-options.ts';
import type { TransferLimits } from './wire-http.ts';

export interface MetricsParts {
  readonly registry: VolumeRegistry;
  readonly shards: EcRegistry;
  /** Our own, shown on the same page. */
  readonly metrics: MetricsRegistry;
  readonly limits: TransferLimits;
  readonly lifecycle: Lifecycle;
}

/** The same events, of which the page of SeaweedFS's names counts some. */
export function watchMasters<Events extends MasterClientEvents>(
  events: Events,
  seaweed: SeaweedMetrics | undefined,
): Events {
  if (seaweed === undefined) return events;
  return {
    ...events,
    masterLost: (address: string, cause: unknown) => {
      seaweed.masterLost(address);
      events.masterLost(address, cause);
    },
  };
}

/** The same events; what reads find damaged is counted by SeaweedFS's words. */
export function countDamage<Events extends VolumeEvents & EcEvents>(
  events: Events,
  counters: () => ServerCounters,
): Events {
  const count = (word: DamageWord | undefined): void => {
    if (word !== undefined) counters().handled(word);
  };
  return {
    ...events,
    needleDamaged: (volumeId: number, key: bigint, word: DamageWord | undefined) => {
      count(word);
      events.needleDamaged(volumeId, key, word);
    },
    sectionsUnreadable: (volumeId: number, key: bigint) => {
      count('errorIndexOutOfRange');
      events.sectionsUnreadable(volumeId, key);
    },
    recordDamaged: (volumeId: number, word: DamageWord | undefined) => {
      count(word);
      events.recordDamaged(volumeId, word);
    },
  };
}

/** The page of `-metricsPort`, on its port; undefined when it is not asked for. */
export async function startSeaweedMetrics(
  options: VolumeServiceOptions,
  { registry, shards, metrics, limits, lifecycle }: MetricsParts,
): Promise<SeaweedMetrics | undefined> {
  const { metricsListener: address } = options;
  if (address === undefined) return undefined;
  let disks = await registry.store.diskStatuses();
  const seaweed = createSeaweedMetrics({
    registry,
    shards,
    version: SERVER_VERSION,
    startedAtMs: systemClock.nowMs(),
    disks: () => disks,
    uploadsBytesMax: options.uploadsUnderWayBytesMax ?? 0,
    downloadsBytesMax: options.downloadsUnderWayBytesMax ?? 0,
    transfers: {
      get uploadBytes() {
        return limits.uploads?.underWayBytes ?? 0;
      },
      get downloadBytes() {
        return limits.downloads?.underWayBytes ?? 0;
      },
    },
  });
  const refreshed = {
    ...seaweed,
    render: async () => {
      disks = await registry.store.diskStatuses();
      return `${await metrics.render()}\n${await seaweed.render()}`;
    },
  };
  await lifecycle.start(
    'metrics',
    () => listenForMetrics(refreshed, address),
    (listener) => listener.close(),
  );
  return seaweed;
}
