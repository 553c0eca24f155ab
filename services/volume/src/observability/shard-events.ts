import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { EcEvents } from '../core/shards/ec-ports.ts';
import type { EcRegistry } from '../core/shards/ec-registry.ts';

/** What is logged and counted of volumes that lie in shards. */
export function createShardEvents(logger: Logger, metrics: MetricsRegistry): EcEvents {
  const repaired = metrics.counter({
    name: 'volume_shard_repairs_total',
    help: 'Reads that met a damaged shard and made its bytes again from the others',
  })();
  const refused = metrics.counter({ name: 'volume_shards_refused_total', help: 'Shards that could not be opened' })();
  const unreadable = metrics.counter({
    name: 'volume_shard_unreadable_total',
    help: 'Reads that a mounted shard did not answer',
  })();
  const mended = metrics.counter({
    name: 'volume_shards_mended_total',
    help: 'Damaged or lost shards that were made again and written back',
  })();
  const damaged = new Map<number, number>();
  metrics.gauge(
    { name: 'volume_damaged_shards', help: 'Shards here that are damaged and could not be mended yet' },
    () => [...damaged.values()].reduce((sum, count) => sum + count, 0),
  );
  return {
    recordDamaged: (volumeId, word) => logger.warn({ volumeId, word }, 'needle in shards is damaged'),
    shardUnreadable: (volumeId, shardId) => {
      unreadable.value += 1;
      logger.error({ volumeId, shardId }, 'shard cannot be read');
    },
    shardMended: (volumeId, shardId, reason) => {
      mended.value += 1;
      logger.warn({ volumeId, shardId, reason }, 'shard made again out of the others');
    },
    shardsChecked: (volumeId, shardIds, failure) => {
      if (shardIds.length === 0) damaged.delete(volumeId);
      else damaged.set(volumeId, shardIds.length);
      if (failure !== '') logger.warn({ volumeId, shardIds, failure }, 'shards could not be mended');
    },
    shardDamaged: (volumeId, shardIds, needleId) => {
      repaired.value += 1;
      logger.error({ volumeId, shardIds, needleId }, 'shard is damaged: read from the others');
    },
    shardsRefused: (path, cause) => {
      refused.value += 1;
      logger.error({ path, err: cause }, 'shard refused');
    },
    shardsSwept: (path, reason) => logger.warn({ path, reason }, 'files of shards removed at start'),
    expiredVolumeRemoved: (volumeId) => logger.info({ volumeId }, 'expired volume removed with its shards'),
  };
}

/** Numbers asked for at scrape time. */
export function addShardGauges(metrics: MetricsRegistry, shards: EcRegistry): void {
  metrics.gauge({ name: 'volume_ec_shards', help: 'Mounted shards' }, () =>
    shards.list().reduce((sum, volume) => sum + volume.shards.size, 0),
  );
}
