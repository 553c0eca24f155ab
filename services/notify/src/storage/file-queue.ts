/**
 * The embedded delivery queue: one RQP1 file an entry, in the target's own directory.
 *
 * - Q1 The order of a lane is the order of file names.
 * - Q2 Memory holds names and ids, and the bodies of a bounded number of new entries; the others are read when their turn comes.
 * - Q3 One process owns the directory; the order in memory is the truth while it runs, the names are when it starts.
 */
import {
  ENTRIES_PER_GROUP_MAX,
  QUEUE_ENTRIES_CACHED_MAX,
  QUEUE_FILES_IN_FLIGHT_MAX,
  QUEUE_RETRY_MS,
} from '../core/limits.ts';
import type { Clock, DeliveryQueue } from '../core/ports.ts';
import { laneOf, type QueueEntry } from '../core/queue-entry.ts';
import { EntryDirectory } from './entry-directory.ts';
import { EntryLanes } from './entry-lanes.ts';
import { EntryNameSource } from './entry-name-source.ts';
import { forEachBounded } from './for-each-bounded.ts';

export interface FileQueueOptions {
  /** Directory of this target alone. */
  readonly path: string;
  readonly entriesMax: number;
  readonly isCompressing: boolean;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Buffer;
}

interface StoredEntry {
  readonly eventId: string;
  readonly name: string;
  readonly queuedAtMs: number;
  /** The entry itself, while the cache has room. */
  readonly cached?: QueueEntry;
}

/** Opens the queue with all entries that an earlier process left. */
export async function openFileQueue(options: FileQueueOptions): Promise<DeliveryQueue> {
  const directory = new EntryDirectory(options.path, options.isCompressing);
  const names = await directory.open();
  const lanes = new EntryLanes<StoredEntry>();
  for (let start = 0; start < names.length; start += ENTRIES_PER_GROUP_MAX) {
    await loadGroup(directory, lanes, names.slice(start, start + ENTRIES_PER_GROUP_MAX));
  }
  const nameSource = new EntryNameSource(options.clock, options.randomBytes, names.at(-1));
  return new FileQueue(options, directory, lanes, nameSource);
}

/** Files are read side by side and put into their lanes in the order of names. */
async function loadGroup(
  directory: EntryDirectory,
  lanes: EntryLanes<StoredEntry>,
  names: readonly string[],
): Promise<void> {
  const loaded = new Map<string, { readonly lane: number; readonly stored: StoredEntry }>();
  await forEachBounded(names, QUEUE_FILES_IN_FLIGHT_MAX, async (name) => {
    const entry = (await directory.read(name))?.entry;
    if (entry === undefined) return;
    const { eventId, queuedAtMs } = entry;
    loaded.set(name, { lane: laneOf(entry), stored: { eventId, name, queuedAtMs } });
  });
  for (const name of names) {
    const found = loaded.get(name);
    if (found === undefined) continue;
    if (lanes.has(found.stored.eventId)) await directory.remove(name);
    else lanes.push(found.lane, found.stored);
  }
}

class FileQueue implements DeliveryQueue {
  readonly isDurable = true;
  readonly #options: FileQueueOptions;
  readonly #directory: EntryDirectory;
  readonly #lanes: EntryLanes<StoredEntry>;
  readonly #names: EntryNameSource;
  #cachedCount = 0;

  constructor(
    options: FileQueueOptions,
    directory: EntryDirectory,
    lanes: EntryLanes<StoredEntry>,
    names: EntryNameSource,
  ) {
    this.#options = options;
    this.#directory = directory;
    this.#lanes = lanes;
    this.#names = names;
  }

  async append(entries: readonly QueueEntry[]): Promise<number> {
    const fresh: { readonly id: string; readonly record: { readonly entry: QueueEntry } }[] = [];
    let accepted = 0;
    let room = this.#options.entriesMax - this.#lanes.size;
    for (const entry of entries) {
      if (!this.#lanes.has(entry.eventId)) {
        if (room === 0) break;
        room -= 1;
        fresh.push({ id: this.#names.next(), record: { entry } });
      }
      accepted += 1;
    }
    if (fresh.length === 0) return accepted;
    const names = await this.#directory.store(fresh);
    for (const [index, name] of names.entries()) {
      const entry = fresh[index]?.record.entry;
      if (entry === undefined) continue;
      this.#lanes.push(laneOf(entry), this.#describe(entry, name));
    }
    return accepted;
  }

  consume(lane: number, handle: (entry: QueueEntry) => Promise<void>, signal: AbortSignal): Promise<void> {
    return this.#lanes.drain(lane, (stored) => this.#handleStored(stored, handle, signal), signal);
  }

  depth(): number {
    return this.#lanes.size;
  }

  oldestQueuedAtMs(): number | undefined {
    const times = this.#lanes.heads().map(({ queuedAtMs }) => queuedAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  lowestPendingSeq(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #describe(entry: QueueEntry, name: string): StoredEntry {
    const { eventId, queuedAtMs } = entry;
    if (this.#cachedCount >= QUEUE_ENTRIES_CACHED_MAX) return { eventId, name, queuedAtMs };
    this.#cachedCount += 1;
    return { eventId, name, queuedAtMs, cached: entry };
  }

  async #handleStored(
    stored: StoredEntry,
    handle: (entry: QueueEntry) => Promise<void>,
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      const entry = stored.cached ?? (await this.#directory.read(stored.name))?.entry;
      // Damaged since it was stored: it lies in failed/ now and must not block its lane.
      if (entry === undefined) return true;
      await handle(entry);
      await this.#directory.remove(stored.name);
      if (stored.cached !== undefined) this.#cachedCount -= 1;
      return true;
    } catch {
      await this.#options.clock.sleep(QUEUE_RETRY_MS, signal);
      return false;
    }
  }
}
