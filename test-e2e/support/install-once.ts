import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LOCK_POLL_MS = 100;
const STAMP_NAME = 'needlestack-installed';

/** Whether `folder` holds what `digest` says. */
export function isInstalled(folder: string, digest: string): boolean {
  const stamp = join(folder, STAMP_NAME);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
}

/**
 * Fills `folder` by `install`, from empty, unless it holds what `digest` says already. Test files run side by side: the first to come
 * installs, the others wait for it. Rejects as `install` does.
 */
export async function installOnce(folder: string, digest: string, install: () => Promise<void>): Promise<void> {
  const lock = `${folder}.lock`;
  while (!isInstalled(folder, digest)) {
    if (!tryLock(lock)) {
      await delay(LOCK_POLL_MS);
      continue;
    }
    try {
      if (isInstalled(folder, digest)) return;
      rmSync(folder, { recursive: true, force: true });
      await install();
      writeFileSync(join(folder, STAMP_NAME), digest);
    } finally {
      rmSync(lock, { force: true });
    }
  }
}

/** Takes the lock; also from a holder that has died. */
function tryLock(lock: string): boolean {
  mkdirSync(dirname(lock), { recursive: true });
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isHolderAlive(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isHolderAlive(lock: string): boolean {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // Empty for a moment, between the file's making and its writing.
    if (holder === 0) return true;
    process.kill(holder, 0);
    return true;
  } catch {
    return false;
  }
}
