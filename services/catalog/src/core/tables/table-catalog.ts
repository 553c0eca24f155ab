import type { OrderedKv } from '@needlestack/ordered-kv';
import { CommitQueue } from './commit-queue.ts';
import { MetadataStore } from './metadata-store.ts';
import type { BucketPort, ObjectStorePort, TableEvents } from './ports.ts';

/** What every operation on tables works with. */
export interface TableCatalog {
  readonly kv: OrderedKv;
  readonly objects: ObjectStorePort;
  readonly buckets: BucketPort;
  readonly metadata: MetadataStore;
  readonly queue: CommitQueue;
  readonly events: TableEvents;
  readonly now: () => number;
  readonly newUuid: () => string;
  /** Whether commits are refused that name manifest lists which are not in this store. */
  readonly checksReferencedFiles: boolean;
}

export interface TableCatalogOptions {
  readonly kv: OrderedKv;
  readonly objects: ObjectStorePort;
  readonly buckets: BucketPort;
  readonly events: TableEvents;
  readonly now: () => number;
  readonly newUuid: () => string;
  /** See TableCatalog; true unless said otherwise. */
  readonly checksReferencedFiles?: boolean;
}

/** One per process: it holds the cache of metadata and the queues of commits. */
export function openTableCatalog(options: TableCatalogOptions): TableCatalog {
  return {
    ...options,
    checksReferencedFiles: options.checksReferencedFiles ?? true,
    metadata: new MetadataStore(options.objects, options.newUuid),
    queue: new CommitQueue(),
  };
}
