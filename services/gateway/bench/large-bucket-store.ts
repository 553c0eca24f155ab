// The store of large-bucket.ts, in a process of its own: fills a bucket through the catalog, as many keys as it is told, and says where it listens.
import { once } from 'node:events';
import { startTestStore } from '../test/support/start-test-store.ts';

export interface LargeBucketOrder {
  readonly keys: number;
  readonly versions: number;
}

export const LARGE_BUCKET = 'large';
export const VERSIONED_BUCKET = 'versioned';
export const VERSIONED_KEY = 'one';

const AT_ONCE = 4_000;
const KEY_DIGITS = 8;

/** All under one prefix, a thousand to a folder. */
export const keyOf = (index: number): string => {
  const digits = String(index).padStart(KEY_DIGITS, '0');
  return `all/${digits.slice(0, -3)}/${digits.slice(-3)}`;
};

if (process.send !== undefined) await serve();

async function serve(): Promise<void> {
  const [order] = (await once(process, 'message')) as [LargeBucketOrder];
  const store = await startTestStore();
  const event = {
    eventName: 'ObjectCreated:Put' as const,
    requestId: 'bench',
    principalId: 'bench',
    sourceIpAddress: '127.0.0.1',
    userAgent: 'bench',
  };
  let needleKey = 0n;
  const put = (bucket: string, key: string) => {
    needleKey += 1n;
    const version = {
      sizeBytes: 4_096,
      etag: '0123456789abcdef0123456789abcdef',
      systemHeaders: { 'content-type': 'application/octet-stream' },
      userMetadata: {},
      chunks: [{ volumeId: 1, needleKey, cookie: 7, sizeBytes: 4_096, crc32c: 7 }],
      ownerId: 'root',
    };
    return store.catalog.commitObject({ bucket, key, version, event });
  };
  const fill = async (count: number, putOne: (index: number) => Promise<unknown>): Promise<void> => {
    for (let from = 0; from < count; from += AT_ONCE) {
      const length = Math.min(AT_ONCE, count - from);
      await Promise.all(Array.from({ length }, (_, index) => putOne(from + index)));
    }
  };
  await store.client.call('PUT', `/${LARGE_BUCKET}`);
  await store.client.call('PUT', `/${VERSIONED_BUCKET}`);
  await store.catalog.putBucketVersioning(VERSIONED_BUCKET, 'Enabled');
  await fill(order.keys, (index) => put(LARGE_BUCKET, keyOf(index)));
  await fill(order.versions, () => put(VERSIONED_BUCKET, VERSIONED_KEY));
  process.send?.(store.port);
  await once(process, 'message');
  await store.close();
  process.disconnect?.();
}
