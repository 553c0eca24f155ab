import { Redis } from 'ioredis';

/** Names of everything that the service keeps in Redis start like this. */
export const REDIS_PREFIX = 'needlestack-notify';

/** Two connections of one owner, with opposite ideas of what to do while Redis is away. */
export interface RedisConnections {
  /** Fails at once: nothing written for an owner may reach Redis later, when the target may have another one. */
  readonly writer: Redis;
  /** Waits, as BullMQ's workers demand. */
  readonly worker: Redis;
}

/** Both reconnect by themselves. Rejects when the first connection fails. */
export async function connectRedis(url: string, onError: (error: Error) => void): Promise<RedisConnections> {
  const writer = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
  });
  const worker = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null });
  writer.on('error', onError);
  worker.on('error', onError);
  try {
    await Promise.all([writer.connect(), worker.connect()]);
  } catch (error) {
    disconnectRedis({ writer, worker });
    throw error;
  }
  return { writer, worker };
}

export function disconnectRedis({ writer, worker }: RedisConnections): void {
  writer.disconnect();
  worker.disconnect();
}

/**
 * Whether Redis keeps what it acknowledged: an append-only file, and no eviction of keys. When it will not say (managed services forbid the
 * question), it counts as one that may lose writes.
 */
export async function keepsWrites(redis: Redis): Promise<boolean> {
  try {
    const appendOnly = await redis.config('GET', 'appendonly');
    const eviction = await redis.config('GET', 'maxmemory-policy');
    return String(appendOnly).includes('yes') && String(eviction).includes('noeviction');
  } catch {
    return false;
  }
}
