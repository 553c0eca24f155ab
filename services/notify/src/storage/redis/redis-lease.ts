/** Ownership of one target among several processes on the same Redis: a key with a life time, renewed by its owner. */
import type { Redis } from 'ioredis';

/** Renews or frees the key only while it still holds our token. */
const IF_OURS = {
  renew: "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) else return 0 end",
  free: "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) else return 0 end",
};

export interface RedisLease {
  /** Aborts when the lease is lost: another process may own the target then. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** Undefined when another process holds it. */
export async function tryAcquireLease(
  redis: Redis,
  key: string,
  token: string,
  leaseMs: number,
): Promise<RedisLease | undefined> {
  const answer = await redis.set(key, token, 'PX', leaseMs, 'NX');
  if (answer !== 'OK') return undefined;
  const lost = new AbortController();
  const renew = async (): Promise<void> => {
    const renewed = await redis.eval(IF_OURS.renew, 1, key, token, leaseMs);
    if (renewed !== 1) lost.abort();
  };
  const timer = setInterval(() => {
    renew().catch(() => lost.abort());
  }, leaseMs / 3);
  timer.unref();
  return {
    lost: lost.signal,
    release: async () => {
      clearInterval(timer);
      await redis.eval(IF_OURS.free, 1, key, token);
    },
  };
}
