import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { findServer } from '@needlestack/test-servers';
import type { DeadLetter, DeadLetterStore } from '../src/core/ports.ts';
import { openFileDeadLetters } from '../src/storage/file-dead-letters.ts';
import { connectRedis, disconnectRedis } from '../src/storage/redis/redis-connection.ts';
import { openRedisDeadLetters } from '../src/storage/redis/redis-dead-letters.ts';
import { systemClock } from '../src/system-clock.ts';
import { makeEntry } from './support/make-entry.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

function letterOf(seq: number, key: string, detail = 'HTTP status 400'): DeadLetter {
  return { entry: makeEntry(seq, key), reason: 'rejected', detail, retryCount: 3, failedAtMs: 99 };
}

function testDeadLetterStore(open: (place: string) => Promise<DeadLetterStore>): void {
  test('letters are listed by seq, page by page, and outlive the process', async () => {
    const place = randomUUID();
    const store = await open(place);
    for (const seq of [5, 1, 3, 2, 4]) await store.add(letterOf(seq, `k${seq % 2}`));
    await store.close();
    const again = await open(place);
    expect(again.count()).toBe(5);
    const first = await again.list({ afterSeq: -1n, max: 3 });
    expect(first.map(({ entry }) => entry.seq)).toEqual([1n, 2n, 3n]);
    const rest = await again.list({ afterSeq: 3n, max: 3 });
    expect(rest.map(({ entry }) => entry.seq)).toEqual([4n, 5n]);
    const { body, ...entry } = letterOf(1, 'k1').entry;
    expect(first[0]).toMatchObject({
      reason: 'rejected',
      detail: 'HTTP status 400',
      retryCount: 3,
      failedAtMs: 99,
      entry,
    });
    expect(Buffer.from(first[0]?.entry.body ?? []).equals(body)).toBe(true);
    await again.close();
  });

  test('ids of a path come in order and go one by one', async () => {
    const store = await open(randomUUID());
    for (const seq of [3, 1, 2]) await store.add(letterOf(seq, 'k'));
    const ids = [1, 2, 3].map((seq) => makeEntry(seq, 'k').eventId);
    expect(store.idsOfPath('bucket/k')).toEqual(ids);
    await store.remove(ids[0] ?? '');
    await store.remove('unknown');
    expect(store.idsOfPath('bucket/k')).toEqual(ids.slice(1));
    expect(await store.get(ids[0] ?? '')).toBeUndefined();
    expect(store.idsOfPath('bucket/other')).toEqual([]);
    await store.close();
  });

  test('the same event again replaces its letter', async () => {
    const place = randomUUID();
    const store = await open(place);
    await store.add(letterOf(1, 'k'));
    await store.add(letterOf(1, 'k', 'later'));
    expect(store.count()).toBe(1);
    expect(await store.get(makeEntry(1, 'k').eventId)).toMatchObject({ detail: 'later' });
    await store.close();
    expect((await open(place)).count()).toBe(1);
  });
}

describe('in files', () => {
  const base = makeDirectory();
  testDeadLetterStore((place) =>
    openFileDeadLetters({ path: join(base, place), isCompressing: true, clock: systemClock, randomBytes }),
  );
});

const redisServer = findServer('redis');

redisServer.describe('in Redis', () => {
  let server: Awaited<ReturnType<typeof redisServer.start>>;
  let redis: Awaited<ReturnType<typeof connectRedis>>;
  beforeAll(async () => {
    server = await redisServer.start();
    redis = await connectRedis(server.url, () => undefined);
  });
  afterAll(async () => {
    disconnectRedis(redis);
    await server.stop();
  });
  testDeadLetterStore((place) => openRedisDeadLetters({ redis: redis.writer, targetId: place }));
});
