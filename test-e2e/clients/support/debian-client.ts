import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from '@needlestack/test-servers';
import { installOnce, isInstalled } from '../../support/install-once.ts';
import { runOrThrow } from '../../support/run-command.ts';

const CACHE = fileURLToPath(new URL('../../../.cache/debian-clients', import.meta.url));
const INSTALL = fileURLToPath(new URL('../../servers/install-clients', import.meta.url));

/** Of the versions that known-clients.ts tells. */
const DEBIAN_RELEASE = '12';

export interface DebianClient {
  /** Path of the program. */
  readonly command: string;
  /** To be given to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Fetched, not found: of a version that we know when the machine is a Debian that we know. */
  readonly isOurs: boolean;
}

/**
 * Looks for a program in this order: a path in the environment variable, PATH, the Debian packages, the first of which has it, fetched
 * into `.cache/`. Resolves with a reason when it cannot be had.
 */
export async function findDebianClient(
  name: string,
  variable: string,
  packages: readonly string[],
): Promise<DebianClient | string> {
  const given = process.env[variable];
  if (given !== undefined && given !== '')
    return existsSync(given) ? { command: given, environment: {}, isOurs: false } : `${variable} names no file`;
  const found = findExecutable(name);
  if (found !== undefined) return { command: found, environment: {}, isOurs: false };
  const folder = join(CACHE, name);
  const digest = packages.join(' ');
  const canInstall = findExecutable('apt-get') !== undefined && findExecutable('dpkg') !== undefined;
  if (!canInstall && !isInstalled(folder, digest)) return `${name} is not here`;
  try {
    await installOnce(folder, digest, async () => {
      await runOrThrow(INSTALL, [folder, ...packages]);
    });
  } catch {
    return `${name} is not here, and test-e2e/servers/install-clients could not fetch it`;
  }
  const [library] = globSync('{lib,usr/lib}/*/*.so.*', { cwd: folder });
  return {
    command: join(folder, 'usr/bin', name),
    isOurs: readDebianRelease() === DEBIAN_RELEASE,
    environment: library === undefined ? {} : { LD_LIBRARY_PATH: join(folder, dirname(library)) },
  };
}

function readDebianRelease(): string | undefined {
  try {
    return /^VERSION_ID="?(\d+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
