import { randomUUID } from 'node:crypto';
import type { RemoteFile } from '@needlestack/needle-format';
import { BufferedMultipartWriter, type ObjectStorage, S3Storage } from '@needlestack/object-storage';
import { VolumeError } from '@needlestack/service-contracts';
import type { RecordFile } from '../core/ports.ts';
import type { RemoteStorage, StorageBackendOptions } from '../core/tiering/remote-ports.ts';
import type { SourceFile } from '../core/transfer/transfer-ports.ts';
import { RemoteDataFile } from './remote-data-file.ts';

/** Volumes are read seldom once they are moved away. */
const DEFAULT_STORAGE_CLASS = 'STANDARD_IA';
/** A file goes up in reads of this length. */
const UPLOAD_READ_BYTES = 1024 * 1024;
/** Uploads count as begun although the store's clock may be behind. */
const CLOCK_SLACK_MS = 60_000;

/** A bucket that volumes are moved to, configured as `[storage.backend.s3.<id>]`. */
export class S3RemoteStorage implements RemoteStorage {
  readonly type = 's3';
  readonly id: string;
  readonly #store: ObjectStorage;
  readonly #storageClass: string;

  /** @throws TypeError when the endpoint is no http or https URL */
  constructor({ id, properties }: StorageBackendOptions) {
    this.id = id;
    const { endpoint, region, aws_access_key_id, aws_secret_access_key, force_path_style } = properties;
    const accessKeyId = aws_access_key_id ?? '';
    this.#store = new S3Storage({
      bucket: properties.bucket ?? '',
      ...(endpoint === undefined || endpoint === '' ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      pathStyle: force_path_style !== 'false',
      ...(accessKeyId === '' ? {} : { credentials: { accessKeyId, secretAccessKey: aws_secret_access_key ?? '' } }),
    });
    this.#storageClass = properties.storage_class || DEFAULT_STORAGE_CLASS;
  }

  newKey(): string {
    return randomUUID();
  }

  async upload(
    key: string,
    file: SourceFile,
    onProgress: (storedBytes: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#reach('store', key, async () => {
      await using writer = new BufferedMultipartWriter(this.#store, key, {
        signal,
        onProgress,
        storageClass: this.#storageClass,
        expectedBytes: file.lengthBytes,
      });
      for (let atBytes = 0; atBytes < file.lengthBytes; ) {
        const piece = await file.read(atBytes, Math.min(UPLOAD_READ_BYTES, file.lengthBytes - atBytes));
        if (piece.length === 0) throw new Error(`the file ends at ${atBytes}, expected ${file.lengthBytes}`);
        await writer.append(piece);
        atBytes += piece.length;
      }
      await writer.seal();
      const { sizeBytes } = await this.#store.head(key, { signal });
      if (sizeBytes !== file.lengthBytes)
        throw new Error(`${sizeBytes} bytes are stored, expected ${file.lengthBytes}`);
    });
  }

  async *download(key: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const body = await this.#reach('fetch', key, () => this.#store.get(key, { signal }));
    const bytes = body.bytes[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.#reach('fetch', key, () => bytes.next());
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      await bytes.return?.();
    }
  }

  async delete(key: string, signal: AbortSignal): Promise<void> {
    await this.#reach('delete', key, () => this.#store.delete(key, { signal }));
  }

  async discard(key: string, signal: AbortSignal): Promise<void> {
    await this.delete(key, signal);
    // Not every operator lets us list uploads; parts that stay are for the bucket's own rules.
    await this.#store.abortStaleUploads(key, -CLOCK_SLACK_MS, { signal }).catch(() => undefined);
  }

  open({ key, fileSize }: RemoteFile): RecordFile {
    return new RemoteDataFile(this.#store, key.replace(/^\//, ''), Number(fileSize));
  }

  async #reach<T>(what: string, key: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new VolumeError('unreachable', `storage s3.${this.id} cannot ${what} ${key}: ${why}`, { cause: error });
    }
  }
}
