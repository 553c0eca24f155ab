import { PART_BYTES_DEFAULT, PARTS_IN_FLIGHT_DEFAULT } from './limits.ts';
import type { CallOptions, ObjectStorage } from './object-storage.ts';
import { ObjectStorageError } from './object-storage-error.ts';
import { PartBuffers } from './part-buffers.ts';

export interface ReadLargeOptions extends CallOptions {
  /** Bytes of one request. Default 8 MiB. */
  readonly partSizeBytes?: number;
  /** Requests under way at once, while the caller has no piece; one less when it has. Default 4. */
  readonly maxPartsInFlight?: number;
}

/** With one alone nothing would be read while the caller has a piece. */
const BUFFERS_MIN = 2;

/**
 * The bytes of an object in order, by several ranged requests side by side. A piece is good until the next one is asked for: its memory is
 * used again. Its buffers are one for each part in flight; what is read of the sockets and waits to be collected stays below one more.
 *
 * @throws ObjectStorageError `not-found`; `precondition-failed` when the object is replaced meanwhile
 */
export async function* readLargeObject(
  storage: ObjectStorage,
  key: string,
  { signal, partSizeBytes = PART_BYTES_DEFAULT, maxPartsInFlight = PARTS_IN_FLIGHT_DEFAULT }: ReadLargeOptions = {},
): AsyncGenerator<Buffer> {
  const { sizeBytes, etag } = await storage.head(key, { signal });
  const buffers = new PartBuffers(
    Math.max(maxPartsInFlight, BUFFERS_MIN),
    Math.min(partSizeBytes, Math.max(sizeBytes, 1)),
  );
  const stop = new AbortController();
  const forward = (): void => stop.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  const ahead: { readonly buffer: Buffer; readonly bytes: Promise<Buffer> }[] = [];
  let asked = 0;
  const askMore = (): void => {
    while (asked < sizeBytes && ahead.length < maxPartsInFlight) {
      const buffer = buffers.tryTake();
      if (buffer === undefined) return;
      const [start, end] = [asked, Math.min(asked + partSizeBytes, sizeBytes)];
      const bytes = storage.getRange(key, start, end, { signal: stop.signal, into: buffer, ifMatch: etag });
      // Looked at when its turn comes.
      bytes.catch(() => undefined);
      ahead.push({ buffer, bytes });
      asked = end;
    }
  };
  try {
    askMore();
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
      const bytes = await next.bytes;
      askMore();
      yield bytes;
      buffers.giveBack(next.buffer);
      askMore();
    }
  } finally {
    signal?.removeEventListener('abort', forward);
    stop.abort(new ObjectStorageError('unavailable', 'reading was given up', { operation: 'GetObject', key }));
    await Promise.allSettled(ahead.map(({ bytes }) => bytes));
  }
}
