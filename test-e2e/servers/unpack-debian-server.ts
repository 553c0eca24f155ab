import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from './find-executable.ts';

const CACHE = fileURLToPath(new URL('../../.cache/debian-servers/', import.meta.url));
const INSTALL = fileURLToPath(new URL('install-clients', import.meta.url));
const FETCH_TIMEOUT_MS = 120_000;

/**
 * A folder below `.cache/` with the packages unpacked: nothing is installed, nobody need be root. Made once, and fetched while a test file
 * loads, because that is when it must be known whether the server is here. Undefined when they cannot be had.
 */
export function unpackDebianServer(name: string, packages: readonly string[]): string | undefined {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  if (findExecutable('apt-get') === undefined || findExecutable('dpkg') === undefined) return undefined;
  mkdirSync(CACHE, { recursive: true });
  const begun = mkdtempSync(join(CACHE, `${name}.`));
  const fetched = spawnSync(INSTALL, [begun, ...packages], { stdio: 'ignore', timeout: FETCH_TIMEOUT_MS });
  if (fetched.status === 0) {
    try {
      renameSync(begun, folder);
    } catch {
      // Another process was faster: what it made is as good.
    }
  }
  rmSync(begun, { recursive: true, force: true });
  return existsSync(folder) ? folder : undefined;
}
