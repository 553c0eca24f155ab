/** Where one target's entries and dead letters are kept, by its settings and those of the service. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MEMORY_QUEUE_ENTRIES_MAX } from './core/limits.ts';
import type { CommonSettings, TargetInstance } from './core/target-settings.ts';
import { lockDirectory } from './storage/directory-lock.ts';
import { openFileDeadLetters } from './storage/file-dead-letters.ts';
import { openFileQueue } from './storage/file-queue.ts';
import { createMemoryQueue } from './storage/memory-queue.ts';
import { queueDirectoryName } from './storage/queue-directory-name.ts';
import { systemClock } from './system-clock.ts';
import type { QueueSite, TargetStores } from './target-stores.ts';

export async function openTargetStores(
  instance: TargetInstance,
  common: CommonSettings,
  site: QueueSite,
): Promise<TargetStores> {
  if (site.redisUrl === '') return openInFiles(instance, common, site);
  // Loaded only where Redis is used: BullMQ and its client take 25 MB of memory.
  const { openTargetStoresInRedis } = await import('./open-target-stores-in-redis.ts');
  return openTargetStoresInRedis(instance, common, site);
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
