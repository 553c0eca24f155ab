import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { findServer } from '@needlestack/test-servers';
import { openFileQueue } from '../src/storage/file-queue.ts';
import { createMemoryQueue } from '../src/storage/memory-queue.ts';
import { connectRedis, disconnectRedis } from '../src/storage/redis/redis-connection.ts';
import { tryAcquireLease } from '../src/storage/redis/redis-lease.ts';
import { openRedisQueue } from '../src/storage/redis/redis-queue.ts';
import { systemClock } from '../src/system-clock.ts';
import { type QueueDriver, testDeliveryQueue } from './support/delivery-queue-contract.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();

describe('memory queue', () => {
  testDeliveryQueue(() => ({
    isDurable: false,
    open: (_, entriesMax) => Promise.resolve(createMemoryQueue(entriesMax, systemClock)),
  }));
});

describe.each([true, false])('file queue, compressed: %p', (isCompressing) => {
  const base = makeDirectory();
  testDeliveryQueue(() => ({
    isDurable: true,
    open: (place, entriesMax) =>
      openFileQueue({ path: join(base, place), entriesMax, isCompressing, clock: systemClock, randomBytes }),
  }));
});

const redisServer = findServer('redis');

redisServer.describe('Redis queue', () => {
  const run = randomUUID();
  let server: Awaited<ReturnType<typeof redisServer.start>>;
  let faults: Error[] = [];

  beforeAll(async () => {
    server = await redisServer.start();
  });
  afterAll(() => server.stop());
  afterEach(() => {
    expect(faults).toEqual([]);
    faults = [];
  });

  const open = async (place: string, entriesMax: number, isDurable: boolean) => {
    const onError = (error: Error): void => {
      faults.push(error);
    };
    const connections = await connectRedis(server.url, onError);
    const targetId = `${run}-${place}:webhook`;
    const lease = await tryAcquireLease(connections.writer, `test-owner:${targetId}`, randomUUID(), 5_000);
    if (lease === undefined) throw new Error('the lease is held');
    return openRedisQueue({ connections, targetId, entriesMax, isDurable, lease, clock: systemClock, onError });
  };
  const driver = (isDurable: boolean): QueueDriver => ({
    isDurable,
    open: (place, entriesMax) => open(`${place}-${isDurable}`, entriesMax, isDurable),
  });

  describe('that keeps its writes', () => testDeliveryQueue(() => driver(true)));
  describe('that may lose writes', () => testDeliveryQueue(() => driver(false)));

  test('a lease has one owner, is renewed, and is free after release', async () => {
    const connections = await connectRedis(server.url, () => undefined);
    const redis = connections.writer;
    const key = `lease:${run}`;
    const lease = await tryAcquireLease(redis, key, 'a', 300);
    expect(await tryAcquireLease(redis, key, 'b', 300)).toBeUndefined();
    expect(await lease?.isHeld()).toBe(true);
    await redis.set(key, 'stolen', 'PX', 5_000);
    await new Promise<void>((resolve) => lease?.lost.addEventListener('abort', () => resolve(), { once: true }));
    expect(await lease?.isHeld()).toBe(false);
    await lease?.release();
    expect(await redis.get(key)).toBe('stolen');
    await redis.del(key);
    const next = await tryAcquireLease(redis, key, 'c', 300);
    await next?.release();
    expect(await redis.get(key)).toBeNull();
    disconnectRedis(connections);
  });
});
