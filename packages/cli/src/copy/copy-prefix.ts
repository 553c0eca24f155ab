import { isObjectStorageError, type ListedObject, Slots } from '@needlestack/object-storage';
import type { CopyManifest } from './copy-manifest.ts';
import { type CopyPlaces, copyInParts, copyWhole } from './copy-object.ts';
import { LARGE_OBJECTS_MAX, WHOLE_OBJECT_BYTES_MAX } from './limits.ts';

export interface CopyFailure {
  readonly key: string;
  /** Of ObjectStorageError, or `internal`. */
  readonly code: string;
  readonly message: string;
}

/** What a run has done so far. Changes while it runs. */
export interface CopyCounts {
  /** Seen in the source's listing. */
  listed: number;
  /** Put, compared and on the record in this run. */
  copied: number;
  copiedBytes: number;
  /** Read so far, also of objects that are under way. */
  readBytes: number;
  /** On the record of an earlier run, and unchanged since. */
  skipped: number;
  /** Deleted at the source after they were listed. */
  vanished: number;
  readonly failures: CopyFailure[];
}

export interface CopyPrefixOptions extends CopyPlaces {
  readonly manifest: CopyManifest;
  readonly jobs: number;
  /** The run ends when so many objects have failed. */
  readonly failuresMax: number;
  readonly counts: CopyCounts;
  /** Ends the run: what is under way is finished first. */
  readonly stop: AbortSignal;
  /** Cuts what is under way. */
  readonly cut: AbortSignal;
}

export function newCounts(): CopyCounts {
  return { listed: 0, copied: 0, copiedBytes: 0, readBytes: 0, skipped: 0, vanished: 0, failures: [] };
}

/** Copies every object of the source that is not on the record. Settles when all are done or have failed; rejects when the listing does. */
export async function copyPrefix(options: CopyPrefixOptions): Promise<void> {
  const { source, manifest, jobs, failuresMax, counts, stop, cut } = options;
  const slots = new Slots(jobs);
  const largeSlots = new Slots(LARGE_OBJECTS_MAX);
  const running = new Set<Promise<void>>();
  try {
    for await (const entry of source.list('', { signal: cut })) {
      if (stop.aborted || counts.failures.length >= failuresMax) break;
      counts.listed += 1;
      if (manifest.takeConfirmed(entry.key, entry.etag)) {
        counts.skipped += 1;
        continue;
      }
      await slots.take();
      const isLarge = entry.sizeBytes > WHOLE_OBJECT_BYTES_MAX;
      const copying = copyOne(options, entry, isLarge ? largeSlots : undefined).finally(() => {
        running.delete(copying);
        slots.giveBack();
      });
      running.add(copying);
    }
  } finally {
    // Also when the listing breaks off: what is under way goes on the record.
    await Promise.all(running);
  }
}

async function copyOne(options: CopyPrefixOptions, entry: ListedObject, largeSlots: Slots | undefined): Promise<void> {
  const { manifest, counts, cut } = options;
  const onBytes = (bytes: number): void => {
    counts.readBytes += bytes;
  };
  try {
    const copied =
      largeSlots === undefined
        ? await copyWhole(options, entry.key, onBytes, cut)
        : await largeSlots.run(() => copyInParts(options, entry.key, onBytes, cut));
    await manifest.confirm(copied);
    counts.copied += 1;
    counts.copiedBytes += copied.sizeBytes;
  } catch (error) {
    if (isVanished(error)) counts.vanished += 1;
    else counts.failures.push(toFailure(entry.key, error));
  }
}

/** Deleted since it was listed. A bucket that is gone is no such thing. */
function isVanished(error: unknown): boolean {
  if (!isObjectStorageError(error, 'not-found')) return false;
  return error.operation === 'GetObject' && error.backendCode !== 'NoSuchBucket';
}

function toFailure(key: string, error: unknown): CopyFailure {
  const message = error instanceof Error ? error.message : String(error);
  return { key, code: isObjectStorageError(error) ? error.code : 'internal', message };
}
