import { gunzipSync } from 'node:zlib';
import {
  decodeTableMetadata,
  IcebergFormatError,
  parseJson,
  type TableMetadata,
  writeTableMetadata,
} from '@needlestack/iceberg-format';
import { METADATA_BYTES_MAX, METADATA_CACHE_BYTES_MAX, METADATA_CACHE_ENTRIES_MAX } from './limits.ts';
import { checkTableLocation, parseObjectUri } from './object-uri.ts';
import type { Caller, ObjectStorePort } from './ports.ts';
import { TableError } from './table-error.ts';

interface CachedMetadata {
  readonly metadata: TableMetadata;
  readonly sizeBytes: number;
}

/** The property that moves metadata files out of `<location>/metadata`. */
const METADATA_PATH = 'write.metadata.path';

/**
 * Table metadata files: written once under a name of their own, never changed, so that what was read may be kept. The cache
 * forgets what was not used for longest.
 */
export class MetadataStore {
  readonly #objects: ObjectStorePort;
  readonly #newUuid: () => string;
  readonly #cache = new Map<string, CachedMetadata>();
  #cachedBytes = 0;

  constructor(objects: ObjectStorePort, newUuid: () => string) {
    this.#objects = objects;
    this.#newUuid = newUuid;
  }

  /**
   * Refuses with `no-such-file` when there is no such object in this store, with `bad-request` when it is no metadata.
   */
  async read(location: string, signal?: AbortSignal): Promise<TableMetadata> {
    const cached = this.#cache.get(location);
    if (cached !== undefined) {
      this.#cache.delete(location);
      this.#cache.set(location, cached);
      return cached.metadata;
    }
    return this.readFresh(location, signal);
  }

  /** Reads a file that others wrote and may have replaced since. */
  async readFresh(location: string, signal?: AbortSignal): Promise<TableMetadata> {
    const uri = parseObjectUri(location);
    const bytes = uri && (await this.#objects.getObject(uri.bucket, uri.key, METADATA_BYTES_MAX, signal));
    if (bytes === undefined) throw new TableError('no-such-file', `Location does not exist: ${location}`);
    const metadata = decodeMetadataFile(bytes, location);
    this.#keep(location, { metadata, sizeBytes: bytes.length });
    return metadata;
  }

  /**
   * Writes the state number `version` of a table under a new name and gives its location. The file is there to stay until a
   * pointer names it or `discard` is called.
   */
  async write(metadata: TableMetadata, version: number, caller: Caller): Promise<string> {
    const { signal } = caller;
    const bucket = parseObjectUri(metadata.location)?.bucket ?? '';
    // The table's owner chooses the folder, but not beyond the bucket that he was let into.
    const folder = checkTableLocation(metadataFolder(metadata), bucket);
    const key = `${folder.slice(`s3://${bucket}/`.length)}/${fileName(version, this.#newUuid())}`;
    const location = `s3://${bucket}/${key}`;
    const bytes = writeTableMetadata(metadata);
    if (bytes.length > METADATA_BYTES_MAX) {
      throw new TableError('bad-request', `The table's metadata would exceed ${METADATA_BYTES_MAX} bytes`);
    }
    await this.#objects.putObject({
      bucket,
      key,
      bytes,
      contentType: 'application/json',
      principalId: caller.principalId,
      ...(signal === undefined ? {} : { signal }),
    });
    this.#keep(location, { metadata, sizeBytes: bytes.length });
    return location;
  }

  /** Deletes a file that no pointer names, or will name. */
  async discard(location: string, principalId: string): Promise<void> {
    const cached = this.#cache.get(location);
    if (cached !== undefined) this.#forget(location, cached);
    const uri = parseObjectUri(location);
    if (uri !== undefined) await this.#objects.deleteObject(uri.bucket, uri.key, principalId);
  }

  #keep(location: string, entry: CachedMetadata): void {
    const former = this.#cache.get(location);
    if (former !== undefined) this.#forget(location, former);
    if (entry.sizeBytes > METADATA_CACHE_BYTES_MAX) return;
    this.#cache.set(location, entry);
    this.#cachedBytes += entry.sizeBytes;
    for (const [oldest, old] of this.#cache) {
      if (this.#cachedBytes <= METADATA_CACHE_BYTES_MAX && this.#cache.size <= METADATA_CACHE_ENTRIES_MAX) break;
      this.#forget(oldest, old);
    }
  }

  #forget(location: string, entry: CachedMetadata): void {
    this.#cache.delete(location);
    this.#cachedBytes -= entry.sizeBytes;
  }
}

function metadataFolder(metadata: TableMetadata): string {
  const configured = Object.hasOwn(metadata.properties, METADATA_PATH) ? metadata.properties[METADATA_PATH] : undefined;
  return configured ?? `${metadata.location}/metadata`;
}

function fileName(version: number, uuid: string): string {
  return `${String(version).padStart(5, '0')}-${uuid}.metadata.json`;
}

/** The number in the name of a metadata file, -1 when it follows another custom. */
export function versionOfMetadataFile(location: string): number {
  const match = /\/v?(\d{1,12})(?:-[^/]*)?\.(?:gz\.)?metadata\.json(?:\.gz)?$/.exec(location);
  return match?.[1] === undefined ? -1 : Number(match[1]);
}

function decodeMetadataFile(bytes: Uint8Array, location: string): TableMetadata {
  try {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = isGzip ? gunzipSync(bytes, { maxOutputLength: METADATA_BYTES_MAX }) : bytes;
    return decodeTableMetadata(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(plain)));
  } catch (error) {
    const why = error instanceof IcebergFormatError ? error.message : 'it cannot be decoded';
    throw new TableError('bad-request', `No table metadata at ${location}: ${why}`, { cause: error });
  }
}
