import { randomUUID } from 'node:crypto';
import { NotifyError } from './core/notify-error.ts';
import type { CommonSettings, TargetInstance } from './core/target-settings.ts';
import { connectRedis, disconnectRedis, keepsWrites, REDIS_PREFIX } from './storage/redis/redis-connection.ts';
import { openRedisDeadLetters } from './storage/redis/redis-dead-letters.ts';
import { tryAcquireLease } from './storage/redis/redis-lease.ts';
import { openRedisQueue } from './storage/redis/redis-queue.ts';
import { systemClock } from './system-clock.ts';
import type { QueueSite, TargetStores } from './target-stores.ts';

/** Queue and dead letters of one target in Redis, where one process at a time may deliver to it. */
export async function openTargetStoresInRedis(
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
