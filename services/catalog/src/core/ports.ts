import type { Chunk } from '@needlestack/service-contracts';

/** Milliseconds since the epoch. */
export type Clock = () => number;

/** So many unpredictable bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** Deletes needles where they lie. */
export interface NeedleDeleter {
  /**
   * True for each chunk whose needle is gone from every place, or was never there; false where it could not be deleted now.
   * Does not reject but by abort.
   */
  deleteNeedles(chunks: readonly Chunk[], signal: AbortSignal): Promise<readonly boolean[]>;
}

/** What the catalog tells of itself; an adapter turns it into logs and metrics. */
export interface CatalogEvents {
  garbageCollected(needles: number): void;
  garbageKept(needles: number): void;
  garbageFailed(error: unknown): void;
  /** By lifecycle rules. Locked ones stay. */
  objectsExpired(deleted: number, locked: number): void;
  uploadsExpired(aborted: number): void;
  lifecycleFailed(error: unknown): void;
}
