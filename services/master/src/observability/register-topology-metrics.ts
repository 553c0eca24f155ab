import type { MetricsRegistry } from '@needlestack/service-kit';
import type { Topology } from '../core/topology.ts';

/** Numbers that are read off the topology when somebody scrapes. */
export const registerTopologyMetrics = (metrics: MetricsRegistry, topology: Topology): void => {
  metrics.gauge({ name: 'master_volume_servers', help: 'Connected volume servers.' }, () => topology.servers.length);
  metrics.gauge(
    { name: 'master_volumes', help: 'Volumes by layout state.', labelNames: ['collection', 'state'] },
    () => {
      const rows: [string[], number][] = [];
      for (const { key, volumes } of topology.volumes.layouts) {
        rows.push([[key.collection, 'all'], volumes.size]);
        rows.push([[key.collection, 'writable'], topology.volumes.writables(key).length]);
      }
      return addUp(rows);
    },
  );
  metrics.gauge(
    { name: 'master_free_slots', help: 'Volumes that could still be made.', labelNames: ['disk_type'] },
    () =>
      addUp(
        topology.servers.flatMap((server) =>
          [...server.diskTypes].map((type): [string[], number] => [[type || 'hdd'], server.freeSlots(type)]),
        ),
      ),
  );
};

/** Layouts that differ in what is no label share a row. */
const addUp = (rows: readonly [string[], number][]): [string[], number][] => {
  const sums = new Map<string, [string[], number]>();
  for (const [labels, value] of rows) {
    const key = labels.join('\0');
    sums.set(key, [labels, (sums.get(key)?.[1] ?? 0) + value]);
  }
  return [...sums.values()];
};
