/** Dead letters in one Redis hash of the target: event id → RQP1 entry with its failure. */
import type { Redis } from 'ioredis';
import type { DeadLetterStore } from '../../core/ports.ts';
import { DeadLetterIndex } from '../dead-letter-index.ts';
import { letterToRecord, recordToLetter } from '../dead-letter-record.ts';
import { decodeRqp1, encodeRqp1, Rqp1Error } from '../rqp1-entry.ts';
import { REDIS_PREFIX } from './redis-connection.ts';

export interface RedisDeadLettersOptions {
  /** Stays open when the store is closed. */
  readonly redis: Redis;
  readonly targetId: string;
}

const SCAN_COUNT = 256;

export async function openRedisDeadLetters({ redis, targetId }: RedisDeadLettersOptions): Promise<DeadLetterStore> {
  const key = `${REDIS_PREFIX}:dead:${targetId}`;
  const index = new DeadLetterIndex<string>();
  for await (const bytes of scanValues(redis, key)) {
    const entry = decodeOrSkip(bytes);
    if (entry !== undefined) index.put(entry, entry.eventId);
  }

  const readLetter = async (eventId: string) => {
    const bytes = await redis.hgetBuffer(key, eventId);
    return bytes === null ? undefined : recordToLetter(decodeRqp1(bytes));
  };

  return {
    add: async (letter) => {
      await redis.hset(key, letter.entry.eventId, encodeRqp1(letterToRecord(letter)));
      index.put(letter.entry, letter.entry.eventId);
    },
    remove: async (eventId) => {
      await redis.hdel(key, eventId);
      index.delete(eventId);
    },
    get: readLetter,
    list: async ({ afterSeq, max }) => {
      const letters = await Promise.all(index.idsAfter(afterSeq, max).map(readLetter));
      return letters.filter((letter) => letter !== undefined);
    },
    idsOfPath: (path) => index.idsOfPath(path),
    count: () => index.size,
    close: () => Promise.resolve(),
  };
}

async function* scanValues(redis: Redis, key: string): AsyncGenerator<Buffer> {
  let cursor = '0';
  do {
    const [next, pairs] = await redis.hscanBuffer(key, cursor, 'COUNT', SCAN_COUNT);
    for (let index = 1; index < pairs.length; index += 2) {
      const value = pairs[index];
      if (value !== undefined) yield value;
    }
    cursor = next.toString();
  } while (cursor !== '0');
}

function decodeOrSkip(bytes: Buffer) {
  try {
    return decodeRqp1(bytes).entry;
  } catch (error) {
    if (error instanceof Rqp1Error) return undefined;
    throw error;
  }
}
