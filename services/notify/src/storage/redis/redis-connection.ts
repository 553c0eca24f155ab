import { Redis } from 'ioredis';

/** Names of everything that the service keeps in Redis start like this. */
export const REDIS_PREFIX = 'needlestack-notify';

/** Connects; commands wait while Redis is away and fail only when the connection is closed. Rejects when the first connection fails. */
export async function connectRedis(url: string, onError: (error: Error) => void): Promise<Redis> {
  const redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true });
  redis.on('error', onError);
  await redis.connect();
  return redis;
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
