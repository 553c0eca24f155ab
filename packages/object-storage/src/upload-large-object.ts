import { PARTS_IN_FLIGHT_DEFAULT, PARTS_MAX, partBytesFor } from './limits.ts';
import type {
  CallOptions,
  CompletedPart,
  MultipartUpload,
  ObjectStat,
  ObjectStore,
  PutOptions,
} from './object-store.ts';
import { ObjectStoreError } from './object-store-error.ts';

/** Bytes that can be read more than once, from any place. */
export interface LargeObjectSource {
  readonly lengthBytes: number;
  /** Fewer bytes than asked are an error. */
  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array>;
}

export interface UploadLargeOptions extends PutOptions {
  readonly partBytes?: number;
  readonly partsInFlight?: number;
  /** Called after each part with the bytes that are stored. */
  readonly onProgress?: (storedBytes: number) => void;
}

/**
 * Stores an object of any length: with one request when it is a single part, else in parts side by side. Memory is the length of a part
 * for each of those under way. When it fails nothing is left behind, unless the store cannot be reached.
 */
export async function uploadLargeObject(
  store: ObjectStore,
  key: string,
  source: LargeObjectSource,
  options: UploadLargeOptions = {},
): Promise<ObjectStat> {
  const partBytes = partBytesFor(source.lengthBytes, options.partBytes);
  if (source.lengthBytes <= partBytes) {
    const stored = await store.put(key, await readPart(source, key, 0, source.lengthBytes), options);
    options.onProgress?.(source.lengthBytes);
    return stored;
  }
  const upload = await store.startMultipart(key, options);
  try {
    return await upload.complete(await uploadParts(upload, source, partBytes, options), callOptions(options));
  } catch (error) {
    await upload.abort().catch(() => undefined);
    throw error;
  }
}

async function uploadParts(
  upload: MultipartUpload,
  source: LargeObjectSource,
  partBytes: number,
  options: UploadLargeOptions,
): Promise<readonly CompletedPart[]> {
  const count = Math.ceil(source.lengthBytes / partBytes);
  if (count > PARTS_MAX) {
    throw new ObjectStoreError('too-many-parts', `${count} parts`, { operation: 'UploadPart', key: upload.key });
  }
  const parts: CompletedPart[] = [];
  let next = 0;
  let storedBytes = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < count && !failed) {
      const index = next;
      next += 1;
      const atBytes = index * partBytes;
      try {
        const bytes = await readPart(source, upload.key, atBytes, Math.min(partBytes, source.lengthBytes - atBytes));
        parts[index] = await upload.uploadPart(index + 1, bytes, callOptions(options));
        storedBytes += bytes.length;
        options.onProgress?.(storedBytes);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Math.min(options.partsInFlight ?? PARTS_IN_FLIGHT_DEFAULT, count);
  const outcomes = await Promise.allSettled(Array.from({ length: workers }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return parts;
}

async function readPart(
  source: LargeObjectSource,
  key: string,
  offsetBytes: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  const bytes = lengthBytes === 0 ? new Uint8Array(0) : await source.read(offsetBytes, lengthBytes);
  if (bytes.length === lengthBytes) return bytes;
  throw new ObjectStoreError(
    'backend',
    `the source gave ${bytes.length} bytes at ${offsetBytes}, expected ${lengthBytes}`,
    {
      operation: 'UploadPart',
      key,
    },
  );
}

function callOptions({ signal }: CallOptions): CallOptions {
  return signal === undefined ? {} : { signal };
}
