import type { FsyncMode } from '../../src/core/append/append-queue.ts';
import type { Clock, VolumeEvents } from '../../src/core/ports.ts';
import type { ScrubReport } from '../../src/core/scrub/scrub-report.ts';
import { VolumeRegistry } from '../../src/core/volume/volume-registry.ts';
import { DiskVolumeStore } from '../../src/storage/disk-volume-store.ts';
import { type FileSystem, nodeFileSystem } from '../../src/storage/files/file-system.ts';

/** A clock that stands still until it is moved. */
export class TestClock implements Clock {
  ns = 1_800_000_000_000_000_000n;

  nowNs(): bigint {
    return this.ns;
  }

  nowMs(): number {
    return Number(this.ns / 1_000_000n);
  }
}

/** Keeps what the rules tell, as `name: details`. */
export class RecordedEvents implements VolumeEvents {
  readonly told: string[] = [];

  batchAppended(): void {}

  volumeTurnedReadOnly(volumeId: number, reason: string): void {
    this.told.push(`read-only: ${volumeId} ${reason}`);
  }

  tailRecovered(volumeId: number, rowsDerived: number, bytesCut: number): void {
    this.told.push(`recovered: ${volumeId} rows ${rowsDerived} cut ${bytesCut}`);
  }

  volumeRefused(_path: string, cause: Error): void {
    this.told.push(`refused: ${cause.message}`);
  }

  replicaFailed(volumeId: number, url: string, cause: Error): void {
    this.told.push(`replica: ${volumeId} ${url} ${cause.message}`);
  }

  needleDamaged(volumeId: number, key: bigint): void {
    this.told.push(`damaged: ${volumeId} ${key}`);
  }

  sectionsUnreadable(volumeId: number, key: bigint): void {
    this.told.push(`without sections: ${volumeId} ${key}`);
  }

  volumeScrubbed(volumeId: number, { needles, faults }: ScrubReport): void {
    this.told.push(`scrubbed: ${volumeId} needles ${needles} faults ${faults.length}`);
  }
}

export interface TestRegistry {
  readonly registry: VolumeRegistry;
  readonly events: RecordedEvents;
  readonly clock: TestClock;
}

export interface TestRegistryOptions {
  readonly files?: FileSystem;
  readonly fsync?: FsyncMode;
  readonly volumesMax?: number;
  readonly clock?: TestClock;
}

/** All volumes of a directory, opened as a server opens them. */
export async function openRegistry(path: string, options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const events = new RecordedEvents();
  const clock = options.clock ?? new TestClock();
  const fsync = options.fsync ?? 'group';
  const store = await DiskVolumeStore.open({
    directories: [{ path, volumesMax: options.volumesMax ?? 100 }],
    files: options.files ?? nodeFileSystem,
    syncedWrites: fsync !== 'never',
    events,
    offsetWidth: 4,
    nowMs: () => clock.nowMs(),
  });
  const registry = new VolumeRegistry(store, { fsync, clock, events }, await store.openAll());
  return { registry, events, clock };
}

/** What a new volume of tests is like. */
export function newVolume(volumeId: number) {
  return { volumeId, collection: '', replication: '', ttl: '', diskType: '' };
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code);
    throw error;
  }
  return 'none';
}
