import type { RemoteFile } from '@needlestack/needle-format';
import type { RecordFile } from '../ports.ts';
import type { SourceFile } from '../transfer/transfer-ports.ts';

/** What the rules ask of other stores: those that volumes are moved to, and those that needles are fetched from. */

/** A store that volumes are moved to, as the operator has configured it. */
export interface RemoteStorage {
  /** `s3` and the like. */
  readonly type: string;
  readonly id: string;
  /** A key that no object has. */
  newKey(): string;
  /** Stores the file. @throws VolumeError `unreachable` */
  upload(key: string, file: SourceFile, onProgress: (storedBytes: number) => void, signal: AbortSignal): Promise<void>;
  /** The bytes of an object as they come. @throws VolumeError `unreachable` */
  download(key: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** A missing object is no error. @throws VolumeError `unreachable` */
  delete(key: string, signal: AbortSignal): Promise<void>;
  /** The same with what uploads of the key left that did not end. @throws VolumeError `unreachable` */
  discard(key: string, signal: AbortSignal): Promise<void>;
  /** The data of a volume, to be read and never written. */
  open(file: RemoteFile): RecordFile;
}

/** All stores that this server knows, by `type.id`; the one with the id `default` by its type alone as well. */
export interface RemoteStorages {
  get(name: string): RemoteStorage | undefined;
  readonly names: readonly string[];
}

/** One store as master and configuration describe it. */
export interface StorageBackendOptions {
  readonly type: string;
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** A store, and an object there, as a caller describes them. */
export interface RemoteObject {
  readonly type: string;
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly pathStyle: boolean;
  readonly bucket: string;
  /** Path in the bucket. */
  readonly path: string;
}

/** Objects of stores that a caller names. */
export interface RemoteObjects {
  /**
   * Exactly so many bytes of an object.
   * @throws VolumeError `invalid-argument` when the store is of no known kind or may not be asked, `unreachable`
   */
  read(object: RemoteObject, offsetBytes: number, lengthBytes: number, signal: AbortSignal): Promise<Buffer>;
}

/** The name under which a store is asked for. */
export function storageNameOf({ backendType, backendId }: Pick<RemoteFile, 'backendType' | 'backendId'>): string {
  return `${backendType}.${backendId}`;
}

/** `s3.cold` → type and id; a type alone means its default. Undefined for any other form. */
export function parseStorageName(name: string): { readonly type: string; readonly id: string } | undefined {
  const [type = '', id = 'default', ...rest] = name.split('.');
  return rest.length === 0 && type !== '' && id !== '' ? { type, id } : undefined;
}
