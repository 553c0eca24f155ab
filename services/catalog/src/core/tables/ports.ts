import type { CatalogPort } from '@needlestack/service-contracts';

/** Objects of this store by bucket and key, for table metadata files. */
export interface ObjectStorePort {
  /** All bytes of the current version; undefined when there is none. More than `bytesMax` is refused with `too-large`. */
  getObject(bucket: string, key: string, bytesMax: number, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  hasObject(bucket: string, key: string): Promise<boolean>;
  /** Resolves when the object is on stable storage. */
  putObject(object: {
    readonly bucket: string;
    readonly key: string;
    readonly bytes: Uint8Array;
    readonly contentType: string;
    readonly principalId: string;
    readonly signal?: AbortSignal;
  }): Promise<void>;
  deleteObject(bucket: string, key: string, principalId: string): Promise<void>;
}

/** What the table catalog needs to know of buckets. */
export type BucketPort = Pick<CatalogPort, 'getBucket' | 'getBucketConfig' | 'putBucketConfig'>;

/** What happened beside the answer, for logs. */
export interface TableEvents {
  /** A file that no pointer names any more could not be deleted; it is an orphan. */
  cleanupFailed(location: string, error: unknown): void;
}

/** Who asks, for the records. */
export interface Caller {
  readonly principalId: string;
  readonly signal?: AbortSignal;
}
