import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { MasterEvents } from '../core/ports.ts';

/** What the master tells its operators: one log line and one number for each event. */
export const createMasterEvents = (logger: Logger, metrics: MetricsRegistry): MasterEvents => {
  const growth = metrics.counter({
    name: 'master_volume_growth_total',
    help: 'New volumes, by outcome.',
    labelNames: ['outcome'],
  });
  const grown = growth('made');
  const failed = growth('failed');
  const ignored = metrics.counter({
    name: 'master_file_keys_ignored_total',
    help: 'Reported needle keys too high to be believed.',
  })();
  const vacuums = metrics.counter({
    name: 'master_volume_vacuum_total',
    help: 'Volumes that were to be vacuumed, by outcome.',
    labelNames: ['outcome'],
  });
  const vacuumed = vacuums('done');
  const notVacuumed = vacuums('failed');
  return {
    serverJoined: ({ identity }) => logger.info({ server: identity }, 'volume server connected'),
    serverLeft: ({ identity }) => logger.warn({ server: identity }, 'volume server gone'),
    volumeGrown: (volume, servers) => {
      grown.value += 1;
      logger.info({ volume, servers: servers.map(({ url }) => url) }, 'volume made');
    },
    growthFailed: (layout, error) => {
      failed.value += 1;
      logger.warn({ layout, err: error }, 'no volume could be made');
    },
    volumeVacuumed: (volumeId, servers) => {
      vacuumed.value += 1;
      logger.info({ volumeId, servers: servers.map(({ url }) => url) }, 'volume vacuumed');
    },
    vacuumFailed: (volumeId, step, error) => {
      notVacuumed.value += 1;
      logger.warn({ volumeId, step, err: error }, 'volume not vacuumed');
    },
    fileKeyIgnored: ({ url }, key) => {
      ignored.value += 1;
      logger.error({ server: url, key: key.toString() }, 'a needle key is too high to be believed; it is ignored');
    },
  };
};
