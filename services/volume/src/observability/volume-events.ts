import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { VolumeEvents } from '../core/ports.ts';
import type { VolumeRegistry } from '../core/volume/volume-registry.ts';
import type { MasterClientEvents } from '../peers/master-client.ts';

/** One function per event: what is logged, and what is counted. */
export function createVolumeEvents(logger: Logger, metrics: MetricsRegistry): VolumeEvents & MasterClientEvents {
  const readOnly = metrics.counter({
    name: 'volume_turned_read_only_total',
    help: 'Volumes that ceased to be writable, by reason',
    labelNames: ['reason'],
  });
  const recovered = metrics.counter({
    name: 'volume_recovered_rows_total',
    help: 'Index rows derived again at start',
  })();
  const refused = metrics.counter({ name: 'volume_refused_total', help: 'Volumes that could not be opened' })();
  const replicaFailures = metrics.counter({
    name: 'volume_replica_failures_total',
    help: 'Failed calls to replicas',
  })();
  const damagedReads = metrics.counter({
    name: 'volume_damaged_reads_total',
    help: 'Reads that met a record which is not what was written',
  })();
  const scrubbed = metrics.counter({ name: 'volume_scrubbed_needles_total', help: 'Needles read through by scrubs' })();
  const scrubFaults = metrics.counter({ name: 'volume_scrub_faults_total', help: 'Damage found by scrubs' })();
  const records = metrics.counter({ name: 'volume_appended_records_total', help: 'Needles and tombstones appended' })();
  const bytes = metrics.counter({ name: 'volume_appended_bytes_total', help: 'Bytes of appended records' })();
  const commits = metrics.histogram({
    name: 'volume_commit_seconds',
    help: 'Time of one group commit, sync included',
  })();
  return {
    batchAppended: (count, lengthBytes, seconds) => {
      records.value += count;
      bytes.value += lengthBytes;
      commits.observe(seconds);
    },
    volumeTurnedReadOnly: (volumeId, reason, cause) => {
      readOnly(reason).value += 1;
      logger.warn({ volumeId, reason, err: cause }, 'volume is read only now');
    },
    tailRecovered: (volumeId, rowsDerived, bytesCut) => {
      recovered.value += rowsDerived;
      logger.warn({ volumeId, rowsDerived, bytesCut }, 'volume recovered after a crash');
    },
    volumeRefused: (path, cause) => {
      refused.value += 1;
      logger.error({ path, err: cause }, 'volume refused');
    },
    replicaFailed: (volumeId, url, cause) => {
      replicaFailures.value += 1;
      logger.warn({ volumeId, url, err: cause }, 'replica failed');
    },
    needleDamaged: (volumeId, key, word) => {
      damagedReads.value += 1;
      logger.error({ volumeId, key: key.toString(16), word }, 'needle is damaged');
    },
    sectionsUnreadable: (volumeId, key) =>
      logger.warn({ volumeId, key: key.toString(16) }, 'needle is given without its name, type and headers'),
    volumeScrubbed: (volumeId, { needles, faults, damagedIds }) => {
      scrubbed.value += needles;
      scrubFaults.value += faults.length;
      if (faults.length === 0) logger.debug({ volumeId, needles }, 'volume scrubbed');
      else
        logger.error(
          { volumeId, needles, faults: faults.slice(0, 10), damaged: damagedIds.length },
          'volume is damaged',
        );
    },
    masterConnected: (address) => logger.info({ address }, 'master connected'),
    masterLost: (address, cause) => logger.warn({ address, err: cause }, 'master lost'),
    duplicateDirectories: (uuids) =>
      logger.error({ uuids }, 'another server has a data directory with the same id: it was copied'),
  };
}

/** Numbers asked for at scrape time. */
export function addVolumeGauges(metrics: MetricsRegistry, registry: VolumeRegistry): void {
  const sum = (read: (volume: ReturnType<VolumeRegistry['list']>[number]) => number): number =>
    registry.list().reduce((total, volume) => total + read(volume), 0);
  metrics.gauge({ name: 'volume_volumes', help: 'Mounted volumes' }, () => registry.list().length);
  metrics.gauge({ name: 'volume_read_only_volumes', help: 'Mounted volumes that take no writes' }, () =>
    sum((volume) => (volume.isWritable ? 0 : 1)),
  );
  metrics.gauge({ name: 'volume_data_bytes', help: 'Bytes of all data files' }, () =>
    sum((volume) => volume.opened.file.endBytes),
  );
  metrics.gauge({ name: 'volume_index_memory_bytes', help: 'Memory of all needle indexes' }, () =>
    sum((volume) => volume.opened.index.memoryBytes),
  );
  metrics.gauge({ name: 'volume_queued_append_bytes', help: 'Data bytes that wait for their turn' }, () =>
    sum((volume) => volume.queue.waitingBytes),
  );
}

/** Counts HTTP requests and times them. The cell of a method and status is looked up once. */
export function createRequestMetrics(
  metrics: MetricsRegistry,
): (method: string, status: number, seconds: number) => void {
  const histogram = metrics.histogram({
    name: 'volume_http_request_seconds',
    help: 'HTTP requests by method and status',
    labelNames: ['method', 'status'],
  });
  const cells = new Map<string, ReturnType<typeof histogram>>();
  return (method, status, seconds) => {
    const name = KNOWN_METHODS.has(method) ? method : 'other';
    const key = `${name} ${status}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = histogram(name, String(status));
      cells.set(key, cell);
    }
    cell.observe(seconds);
  };
}

/** A label must not take any value that a client makes up. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS']);
