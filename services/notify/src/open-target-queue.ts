/** Where one target's entries and dead letters are kept, by its settings and those of the service. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MEMORY_QUEUE_ENTRIES_MAX } from './core/limits.ts';
import { NotifyError } from './core/notify-error.ts';
import type { DeadLetterStore, DeliveryQueue } from './core/ports.ts';
import type { CommonSettings, TargetInstance } from './core/target-settings.ts';
import { lockDirectory } from './storage/directory-lock.ts';
import { openFileDeadLetters } from './storage/file-dead-letters.ts';
import { openFileQueue } from './storage/file-queue.ts';
import { createMemoryQueue } from './storage/memory-queue.ts';
import { queueDirectoryName } from './storage/queue-directory-name.ts';
import { connectRedis, disconnectRedis, keepsWrites, REDIS_PREFIX } from './storage/redis/redis-connection.ts';
import { openRedisDeadLetters } from './storage/redis/redis-dead-letters.ts';
import { tryAcquireLease } from './storage/redis/redis-lease.ts';
import { openRedisQueue } from './storage/redis/redis-queue.ts';
import { systemClock } from './system-clock.ts';

export interface QueueSite {
  readonly dataDirectory: string;
  readonly isCompressing: boolean;
  /** Empty: files. */
  readonly redisUrl: string;
  readonly leaseMs: number;
  readonly onError: (error: Error) => void;
}

export interface TargetStores {
  readonly queue: DeliveryQueue;
  readonly deadLetters: DeadLetterStore;
}

export function openTargetStores(
  instance: TargetInstance,
  common: CommonSettings,
  site: QueueSite,
): Promise<TargetStores> {
  if (site.redisUrl !== '') return openInRedis(instance, common, site);
  return openInFiles(instance, common, site);
}

async function openInFiles(
  { type, id }: TargetInstance,
  { queueDirectory, queueLimit }: CommonSettings,
  { dataDirectory, isCompressing }: QueueSite,
): Promise<TargetStores> {
  const path = join(queueDirectory || dataDirectory, queueDirectoryName(type, id));
  await mkdir(path, { recursive: true });
  const lock = lockDirectory(path);
  const place = { path, isCompressing, clock: systemClock, randomBytes };
  try {
    const queue =
      queueDirectory === ''
        ? createMemoryQueue(Math.min(queueLimit, MEMORY_QUEUE_ENTRIES_MAX), systemClock)
        : await openFileQueue({ ...place, entriesMax: queueLimit });
    // After the queue: what it finds damaged lies in the directory of the letters then.
    const letters = await openFileDeadLetters(place);
    return { queue, deadLetters: { ...letters, close: () => letters.close().finally(() => lock.release()) } };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openInRedis(
  { type, id }: TargetInstance,
  { queueLimit }: CommonSettings,
  { redisUrl, leaseMs, onError }: QueueSite,
): Promise<TargetStores> {
  const targetId = `${id}:${type}`;
  const connections = await connectRedis(redisUrl, onError);
  const redis = connections.writer;
  try {
    const lease = await tryAcquireLease(redis, `${REDIS_PREFIX}:owner:${targetId}`, randomUUID(), leaseMs);
    if (lease === undefined) throw new NotifyError('unavailable', `another process delivers to ${targetId}`);
    const isDurable = await keepsWrites(redis);
    const queue = await openRedisQueue({
      connections,
      targetId,
      entriesMax: queueLimit,
      isDurable,
      lease,
      clock: systemClock,
      onError,
    });
    return { queue, deadLetters: await openRedisDeadLetters({ redis, targetId }) };
  } catch (error) {
    disconnectRedis(connections);
    throw error;
  }
}
