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
  /** Asks Redis. When the answer is no, the lease is lost from then on. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
  /** Renews it no more and leaves it to its life time, without asking Redis. */
  abandon(): void;
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
  let renewedAtMs = performance.now();
  const renew = async (): Promise<void> => {
    const askedAtMs = performance.now();
    const renewed = await redis.eval(IF_OURS.renew, 1, key, token, leaseMs);
    if (renewed === 1) renewedAtMs = askedAtMs;
    else lost.abort();
  };
  const timer = setInterval(() => {
    // Redis does not answer: when it does again, the key may belong to somebody else.
    if (performance.now() - renewedAtMs > leaseMs) lost.abort();
    // Redis may come back in time; the check above says when it did not.
    renew().catch(() => undefined);
  }, leaseMs / 3);
  timer.unref();
  return {
    lost: lost.signal,
    isHeld: async () => {
      if ((await redis.get(key)) !== token) lost.abort();
      return !lost.signal.aborted;
    },
    abandon: () => clearInterval(timer),
    release: async () => {
      clearInterval(timer);
      await redis.eval(IF_OURS.free, 1, key, token);
    },
  };
}
