import { createServer } from 'node:http';
import { MetricsRegistry } from '@needlestack/service-kit';
import type { DiskStatus } from '../core/ports.ts';
import type { ServerCounters } from '../core/server-counters.ts';
import type { EcRegistry } from '../core/shards/ec-registry.ts';
import type { VolumeRegistry } from '../core/volume/volume-registry.ts';
import { createRequestCounters, createSeaweedCounters, type RequestCounters } from './seaweed-counters.ts';

/*
 * The metrics page of SeaweedFS's volume server, by its names, so that dashboards and alarms made for it go on. Our own page beside it
 * has more.
 */

export interface SeaweedMetricsSource {
  readonly registry: VolumeRegistry;
  readonly shards: EcRegistry;
  readonly version: string;
  readonly startedAtMs: number;
  /** Disks as they were last seen. */
  readonly disks: () => readonly DiskStatus[];
  readonly uploadsBytesMax: number;
  readonly downloadsBytesMax: number;
  readonly transfers: TransfersUnderWay;
}

/** What HTTP clients are sending and being sent. */
export interface TransfersUnderWay {
  readonly uploadBytes: number;
  readonly downloadBytes: number;
}

export interface SeaweedMetrics {
  readonly requests: RequestCounters;
  readonly counters: ServerCounters;
  readonly masterLost: (address: string) => void;
  render(): Promise<string>;
}

export function createSeaweedMetrics(source: SeaweedMetricsSource): SeaweedMetrics {
  const metrics = new MetricsRegistry('', 'SeaweedFS_');
  const { version, startedAtMs } = source;
  const counters = createSeaweedCounters(metrics);
  metrics.gauge(
    { name: 'build_info', help: 'Version of this program', labelNames: ['version', 'sizelimit', 'goos', 'goarch'] },
    () => [[[version, '30GB', process.platform, process.arch], 1]],
  );
  const gauge = (name: string, help: string, read: () => number): void =>
    metrics.gauge({ name: `volumeServer_${name}`, help }, read);
  gauge('start_time_seconds', 'Start time of the volume server, in seconds since the epoch.', () => startedAtMs / 1000);
  gauge('max_volumes', 'Maximum number of volumes.', () => source.disks().reduce((n, disk) => n + disk.volumesMax, 0));
  gauge('concurrent_upload_limit', 'Limit for total concurrent upload size in bytes.', () => source.uploadsBytesMax);
  gauge(
    'concurrent_download_limit',
    'Limit for total concurrent download size in bytes.',
    () => source.downloadsBytesMax,
  );
  gauge('in_flight_upload_size', 'In flight total upload size in bytes.', () => source.transfers.uploadBytes);
  gauge('in_flight_download_size', 'In flight total download size in bytes.', () => source.transfers.downloadBytes);
  addVolumeRows(metrics, source);
  addDiskRows(metrics, source);
  const lost = metrics.counter({
    name: 'volumeServer_master_disconnections',
    help: 'Counter of lost connections to masters.',
    labelNames: ['address'],
  });
  return {
    counters,
    requests: createRequestCounters(metrics, counters.handled),
    masterLost: (address) => {
      lost(address).value += 1;
    },
    render: () => metrics.render(),
  };
}

/** Volumes and shards, row by row, each with its collection. */
function addVolumeRows(metrics: MetricsRegistry, { registry, shards }: SeaweedMetricsSource): void {
  const gauge = (name: string, help: string, rows: () => readonly Row[]): void =>
    metrics.gauge({ name: `volumeServer_${name}`, help, labelNames: ['collection', 'type'] }, () => addUp(rows()));
  gauge('volumes', 'Number of volumes or shards.', () => [
    ...registry.list().map(({ collection }): Row => [collection, 'volume', 1]),
    ...shards.list().map(({ name, shards: held }): Row => [name.collection, 'ec_shards', held.size]),
  ]);
  gauge('read_only_volumes', 'Number of read only volumes.', () =>
    registry.list().flatMap(({ collection, isWritable, suspension }): Row[] => [
      [collection, 'IsReadOnly', isWritable ? 0 : 1],
      [collection, 'IsDiskSpaceLow', suspension === 'disk-low' ? 1 : 0],
    ]),
  );
  gauge('total_disk_size', 'Actual disk size used by volumes.', () => [
    ...registry.list().flatMap(({ collection, opened, counters }): Row[] => [
      [collection, 'normal', opened.file.endBytes],
      [collection, 'deleted_bytes', counters.deletedBytes],
    ]),
    ...shards
      .list()
      .flatMap(({ name, shards: held }) =>
        [...held.values()].map(({ file }): Row => [name.collection, 'ec', file.endBytes]),
      ),
  ]);
}

function addDiskRows(metrics: MetricsRegistry, source: SeaweedMetricsSource): void {
  metrics.gauge({ name: 'volumeServer_resource', help: 'Resource usage', labelNames: ['name', 'type'] }, () =>
    source
      .disks()
      .flatMap(({ path, totalBytes, freeBytes, reservedBytes }) => [
        [[path, 'all'], totalBytes] as const,
        [[path, 'used'], totalBytes - freeBytes] as const,
        [[path, 'free'], freeBytes] as const,
        [[path, 'avail'], Math.max(0, freeBytes - reservedBytes)] as const,
      ]),
  );
  metrics.gauge(
    { name: 'volumeServer_disk_error_status', help: 'Disk error status', labelNames: ['name', 'type'] },
    () => source.disks().map(({ path, problem }) => [[path, 'error'], problem === undefined ? 0 : 1] as const),
  );
}

type Row = readonly [collection: string, type: string, value: number];

function addUp(rows: readonly Row[]): readonly (readonly [readonly string[], number])[] {
  const sums = new Map<string, readonly [readonly string[], number]>();
  for (const [collection, type, value] of rows) {
    const key = `${collection}/${type}`;
    sums.set(key, [[collection, type], (sums.get(key)?.[1] ?? 0) + value]);
  }
  return [...sums.values()];
}

export interface MetricsListener {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `/metrics` and nothing else. Rejects when the port is taken. */
export function listenForMetrics(
  { render }: SeaweedMetrics,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<MetricsListener> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    render().then(
      (text) => response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
}
