import type { RemoteFile } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { RecordFile } from '../core/ports.ts';
import {
  type RemoteStorage,
  type RemoteStorages,
  type StorageBackendOptions,
  storageNameOf,
} from '../core/tiering/remote-ports.ts';
import { S3RemoteStorage } from './s3-remote-storage.ts';

const DEFAULT_ID = 'default';

/** The stores of configuration and master. One that is known stays as it is: volumes may be open on it. */
export class ConfiguredStorages implements RemoteStorages {
  readonly #byName = new Map<string, RemoteStorage>();
  readonly #onRefused: (name: string, cause: Error) => void;

  /** `onRefused` hears of stores that are of no known kind or cannot be made. */
  constructor(onRefused: (name: string, cause: Error) => void) {
    this.#onRefused = onRefused;
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  get(name: string): RemoteStorage | undefined {
    return this.#byName.get(name);
  }

  /** The data of a volume that lies on one of the stores. @throws VolumeError `unreachable` when that one is not known */
  open(file: RemoteFile): RecordFile {
    const name = storageNameOf(file);
    const storage = this.#byName.get(name);
    if (storage !== undefined) return storage.open(file);
    throw new VolumeError('unreachable', `its data lies on storage ${name}, which is not configured`);
  }

  /** Returns whether a store is new. */
  add(backends: readonly StorageBackendOptions[]): boolean {
    let isNew = false;
    for (const backend of backends) {
      const name = `${backend.type}.${backend.id}`;
      if (this.#byName.has(name)) continue;
      try {
        if (backend.type !== 's3') throw new Error(`storage type ${backend.type} is not known`);
        const storage = new S3RemoteStorage(backend);
        this.#byName.set(name, storage);
        if (backend.id === DEFAULT_ID) this.#byName.set(backend.type, storage);
        isNew = true;
      } catch (error) {
        this.#onRefused(name, error instanceof Error ? error : new Error(String(error)));
      }
    }
    return isNew;
  }
}
