import { replicaCopies } from '@needlestack/needle-format';
import type { Topology } from './topology.ts';
import type { LayoutKey } from './volume-record.ts';

/** Sums over volumes. Logical figures count a file once, physical ones once for each copy. */
export interface CollectionStatistics {
  readonly collection: string;
  readonly fileCount: number;
  readonly deleteCount: number;
  readonly deletedBytes: number;
  readonly sizeBytes: number;
  readonly physicalBytes: number;
  readonly volumeCount: number;
}

export const listCollections = (
  topology: Topology,
  include: { readonly plain: boolean; readonly erasureCoded: boolean },
): string[] => {
  const names = new Set<string>();
  if (include.plain) for (const { layout } of topology.volumes.volumes) names.add(layout.collection);
  if (include.erasureCoded) {
    for (const server of topology.servers) {
      for (const { collection } of server.ecShards.values()) names.add(collection);
    }
  }
  return [...names].sort();
};

export const sumCollections = (topology: Topology): CollectionStatistics[] => {
  const sums = new Map<string, CollectionStatistics>();
  for (const { layout, replicas } of topology.volumes.volumes) {
    const { collection } = layout;
    const records = [...replicas.values()];
    const most = (pick: (record: (typeof records)[number]) => number): number => Math.max(0, ...records.map(pick));
    const sum = sums.get(collection);
    sums.set(collection, {
      collection,
      fileCount: (sum?.fileCount ?? 0) + most(({ fileCount }) => fileCount),
      deleteCount: (sum?.deleteCount ?? 0) + most(({ deleteCount }) => deleteCount),
      deletedBytes: (sum?.deletedBytes ?? 0) + most(({ deletedBytes }) => deletedBytes),
      sizeBytes: (sum?.sizeBytes ?? 0) + most(({ sizeBytes }) => sizeBytes),
      physicalBytes: (sum?.physicalBytes ?? 0) + records.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0),
      volumeCount: (sum?.volumeCount ?? 0) + records.length,
    });
  }
  return [...sums.values()].sort((a, b) => (a.collection < b.collection ? -1 : 1));
};

export interface SpaceStatistics {
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly fileCount: number;
  readonly logicalTotalBytes: number;
  readonly logicalUsedBytes: number;
}

/** Room and use of the volumes of one layout, or of every layout of a collection when only that is known. */
export const sumSpace = (topology: Topology, matches: (layout: LayoutKey) => boolean): SpaceStatistics => {
  const limitBytes = topology.volumes.volumeSizeLimitBytes;
  let [totalBytes, usedBytes, fileCount, logicalTotalBytes, logicalUsedBytes] = [0, 0, 0, 0, 0];
  for (const volume of topology.volumes.volumes) {
    if (!matches(volume.layout)) continue;
    const copies = replicaCopies(topology.volumes.placementOf(volume));
    for (const { sizeBytes, fileCount: files, readOnly } of volume.replicas.values()) {
      // A read-only volume offers no more room than it uses.
      const roomBytes = readOnly ? sizeBytes : Math.max(limitBytes, sizeBytes);
      totalBytes += roomBytes;
      usedBytes += sizeBytes;
      fileCount += files / copies;
      logicalTotalBytes += roomBytes / copies;
      logicalUsedBytes += sizeBytes / copies;
    }
  }
  return {
    totalBytes,
    usedBytes,
    fileCount: Math.round(fileCount),
    logicalTotalBytes: Math.round(logicalTotalBytes),
    logicalUsedBytes: Math.round(logicalUsedBytes),
  };
};
