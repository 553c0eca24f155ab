import type { ObjectWriter, StoredObject } from '@needlestack/object-io';
import {
  CatalogError,
  type CatalogPort,
  type Chunk,
  type EventContext,
  type ObjectEncryption,
  type ObjectReader,
  type ObjectVersion,
} from '@needlestack/service-contracts';
import type { ObjectStorePort } from '../core/tables/ports.ts';
import { TableError } from '../core/tables/table-error.ts';

/** How these files are sealed: an object of the store is, unless it was told otherwise, and clients seal the files that they write. */
export interface FileEncryption {
  /** Keys of a new file; undefined: it lies plain. */
  make(): SealedUnder | undefined;
  /** Opens the keys of a file. Throws or rejects when they cannot be had. */
  open(encryption: ObjectEncryption): readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
}

export interface SealedUnder {
  readonly encryption: ObjectEncryption;
  readonly dataKeys: readonly Uint8Array[];
}

export interface StoredObjectsParts {
  readonly catalog: Pick<CatalogPort, 'getBucket' | 'lookupObject' | 'commitObject' | 'deleteObject' | 'addGarbage'>;
  readonly writer: Pick<ObjectWriter, 'begin'>;
  readonly reader: ObjectReader;
  /** Without it files lie plain, and encrypted ones are refused. */
  readonly encryption?: FileEncryption | undefined;
  readonly newRequestId: () => string;
  /** Needles that could not be handed to the collector: orphans that a scan finds. */
  readonly garbageLost: (chunks: readonly Chunk[], error: unknown) => void;
}

/** What the objects of this store are read and written with, for files that the catalog writes itself: ordinary objects. */
export function createStoredObjects(parts: StoredObjectsParts): ObjectStorePort {
  return {
    getObject: async (bucket, key, bytesMax, signal) => {
      const version = await findVersion(parts, bucket, key);
      if (version === undefined) return undefined;
      if (version.sizeBytes > bytesMax) {
        throw new TableError(
          'too-large',
          `s3://${bucket}/${key} has ${version.sizeBytes} bytes, at most ${bytesMax} are read`,
        );
      }
      const pieces: Uint8Array[] = [];
      // A piece may be a view of a buffer that the next one is read into.
      for await (const piece of parts.reader.read(await openVersion(parts, version), undefined, signal))
        pieces.push(Buffer.from(piece));
      return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    },
    hasObject: async (bucket, key) => (await findVersion(parts, bucket, key)) !== undefined,
    putObject: (object) => putObject(parts, object),
    deleteObject: async (bucket, key, principalId) => {
      await parts.catalog.deleteObject({ bucket, key, event: eventOf(parts, 'ObjectRemoved:Delete', principalId) });
    },
  };
}

async function findVersion(parts: StoredObjectsParts, bucket: string, key: string): Promise<ObjectVersion | undefined> {
  try {
    const version = await parts.catalog.lookupObject(bucket, key);
    return version?.isDeleteMarker === true ? undefined : version;
  } catch (error) {
    if (error instanceof CatalogError && error.code === 'NoSuchBucket') return undefined;
    throw error;
  }
}

async function openVersion(
  { encryption: keys }: StoredObjectsParts,
  version: ObjectVersion,
): Promise<ObjectVersion & { readonly dataKeys?: readonly Uint8Array[] }> {
  const { encryption } = version;
  if (encryption === undefined) return version;
  if (keys === undefined || encryption.scheme === 'SSE-C')
    throw new TableError(
      'bad-request',
      `a file is encrypted with ${encryption.scheme}, which the catalog has no key for`,
    );
  return { ...version, dataKeys: await keys.open(encryption) };
}

async function putObject(
  parts: StoredObjectsParts,
  object: Parameters<ObjectStorePort['putObject']>[0],
): Promise<void> {
  const { bucket, key, bytes, contentType, principalId, signal } = object;
  const owner = await parts.catalog.getBucket(bucket);
  if (owner === undefined) throw new TableError('no-such-warehouse', `Warehouse does not exist: ${bucket}`);
  const sealed = parts.encryption?.make();
  const stored = await storeBytes(parts, { bytes, dataKeys: sealed?.dataKeys }, signal);
  try {
    await parts.catalog.commitObject({
      bucket,
      key,
      version: {
        sizeBytes: stored.sizeBytes,
        etag: digest(stored, 'MD5').toString('hex'),
        systemHeaders: { 'content-type': contentType },
        userMetadata: {},
        chunks: stored.chunks,
        checksum: {
          algorithm: 'CRC64NVME',
          type: 'FULL_OBJECT',
          value: digest(stored, 'CRC64NVME').toString('base64'),
        },
        ownerId: owner.ownerId,
        ...(sealed === undefined ? undefined : { encryption: sealed.encryption }),
      },
      event: eventOf(parts, 'ObjectCreated:Put', principalId),
    });
  } catch (error) {
    // Only a refusal says that nothing was committed.
    if (error instanceof CatalogError) await discard(parts, stored.chunks);
    throw error;
  }
}

async function storeBytes(
  parts: StoredObjectsParts,
  { bytes, dataKeys }: { readonly bytes: Uint8Array; readonly dataKeys: readonly Uint8Array[] | undefined },
  signal: AbortSignal | undefined,
): Promise<StoredObject> {
  const upload = parts.writer.begin({
    sizeBytes: bytes.length,
    algorithms: ['MD5', 'CRC64NVME'],
    ...(dataKeys === undefined ? {} : { dataKeys }),
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    await upload.write(bytes);
    return await upload.finish();
  } catch (error) {
    await discard(parts, await upload.abort());
    throw error;
  }
}

async function discard(parts: StoredObjectsParts, chunks: readonly Chunk[]): Promise<void> {
  if (chunks.length === 0) return;
  try {
    await parts.catalog.addGarbage(chunks);
  } catch (error) {
    parts.garbageLost(chunks, error);
  }
}

function digest(stored: StoredObject, algorithm: 'MD5' | 'CRC64NVME'): Buffer {
  const bytes = stored.digests.get(algorithm);
  if (bytes === undefined) throw new Error(`the upload has no ${algorithm}`);
  return Buffer.from(bytes);
}

function eventOf(parts: StoredObjectsParts, eventName: string, principalId: string): EventContext {
  const requestId = parts.newRequestId();
  return { eventName, requestId, principalId, sourceIpAddress: '127.0.0.1', userAgent: 'needlestack-catalog' };
}
