import { createServer } from 'node:http';
import { MetricsRegistry } from '@needlestack/service-kit';
import type { DiskStatus } from '../core/ports.ts';
import type { Volume } from '../core/volume.ts';
import type { VolumeRegistry } from '../core/volume-registry.ts';

/*
 * The metrics page of SeaweedFS's volume server, by its names, so that dashboards and alarms made for it go on. Our own page beside it
 * has more.
 */

/** Of SeaweedFS's histograms: 0.1 ms, doubled 23 times. */
const BOUNDS = Array.from({ length: 24 }, (_, power) => 0.0001 * 2 ** power);

export interface SeaweedMetricsSource {
  readonly registry: VolumeRegistry;
  readonly version: string;
  readonly startedAtMs: number;
  /** Disks as they were last seen. */
  readonly disks: () => readonly DiskStatus[];
  readonly uploadsBytesMax: number;
  readonly downloadsBytesMax: number;
}

export interface SeaweedMetrics {
  readonly onAnswered: (method: string, status: number, seconds: number) => void;
  render(): Promise<string>;
}

export function createSeaweedMetrics(source: SeaweedMetricsSource): SeaweedMetrics {
  const metrics = new MetricsRegistry('', 'SeaweedFS_');
  const { registry, version, startedAtMs } = source;
  const requests = metrics.counter({
    name: 'volumeServer_request_total',
    help: 'Counter of volume server requests.',
    labelNames: ['type', 'code'],
  });
  const seconds = metrics.histogram({
    name: 'volumeServer_request_seconds',
    help: 'Bucketed histogram of volume server request processing time.',
    labelNames: ['type'],
    bounds: BOUNDS,
  });
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
  const perCollection = (name: string, help: string, rows: (volumes: readonly Volume[]) => readonly Row[]): void =>
    metrics.gauge({ name: `volumeServer_${name}`, help, labelNames: ['collection', 'type'] }, () =>
      byCollection(registry.list()).flatMap(([collection, volumes]) =>
        rows(volumes).map(([type, value]) => [[collection, type], value] as const),
      ),
    );
  perCollection('volumes', 'Number of volumes or shards.', (volumes) => [['volume', volumes.length]]);
  perCollection('read_only_volumes', 'Number of read only volumes.', (volumes) => [
    ['IsReadOnly', volumes.filter(({ isWritable }) => !isWritable).length],
    ['IsDiskSpaceLow', volumes.filter(({ suspension }) => suspension === 'disk-low').length],
  ]);
  perCollection('total_disk_size', 'Actual disk size used by volumes.', (volumes) => [
    ['normal', volumes.reduce((sum, { opened }) => sum + opened.file.endBytes, 0)],
    ['deleted_bytes', volumes.reduce((sum, { counters }) => sum + counters.deletedBytes, 0)],
  ]);
  metrics.gauge({ name: 'volumeServer_resource', help: 'Resource usage', labelNames: ['name', 'type'] }, () =>
    source
      .disks()
      .flatMap(({ path, totalBytes, freeBytes }) => [
        [[path, 'all'], totalBytes] as const,
        [[path, 'used'], totalBytes - freeBytes] as const,
        [[path, 'free'], freeBytes] as const,
      ]),
  );
  return {
    onAnswered: (method, status, took) => {
      const type = KNOWN_METHODS.has(method) ? method : 'other';
      requests(type, String(status)).value += 1;
      seconds(type).observe(took);
    },
    render: () => metrics.render(),
  };
}

type Row = readonly [type: string, value: number];

/** A label must not take any value that a client makes up. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS']);

function byCollection(volumes: readonly Volume[]): readonly (readonly [string, readonly Volume[]])[] {
  const found = new Map<string, Volume[]>();
  for (const volume of volumes) {
    const list = found.get(volume.collection);
    if (list === undefined) found.set(volume.collection, [volume]);
    else list.push(volume);
  }
  return [...found];
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
