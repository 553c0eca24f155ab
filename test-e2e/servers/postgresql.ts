import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findExecutable } from './find-executable.ts';
import { freePort } from './free-port.ts';
import type { RunningServer, ServerRecipe } from './server-recipe.ts';
import { startSupervised } from './supervised-process.ts';

/** Debian keeps the server's binaries out of PATH, a folder for each version. */
const DEBIAN_VERSIONS_FOLDER = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root; these accounts stand in, the first that exists. */
const STAND_IN_ACCOUNTS = ['postgres', 'nobody'];
/** `postmaster.pid` says here (counted from 0) whether the server takes connections. */
const STATUS_LINE = 7;

export const postgresqlRecipe: ServerRecipe = {
  addressVariable: 'NEEDLESTACK_TEST_POSTGRES_URL',
  findBinary: () => {
    const initdb = findExecutable('initdb', debianBinaryFolders());
    return initdb === undefined || (isRoot() && standInAccount() === undefined) ? undefined : initdb;
  },
  startBinary,
  container: {
    image: 'postgres:17-alpine',
    port: 5432,
    environment: { POSTGRES_HOST_AUTH_METHOD: 'trust' },
    // The image starts the server once to set it up and a second time for good.
    readyLine: { pattern: /database system is ready to accept connections/, times: 2 },
    url: (host, port) => `postgresql://postgres@${host}:${port}/postgres`,
  },
};

async function startBinary(initdb: string): Promise<RunningServer> {
  const account = isRoot() ? standInAccount() : undefined;
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-postgresql-'));
  const data = join(directory, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (account !== undefined) for (const path of [directory, data]) chownSync(path, account.uid, account.gid);
  const created = spawnSync(
    initdb,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { cwd: directory, encoding: 'utf8', ...account },
  );
  if (created.status !== 0) {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`${initdb} ended with ${created.status}: ${created.stderr}`);
  }
  const port = await freePort();
  const args = ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', directory, '-c', 'fsync=off'];
  const server = await startSupervised({
    command: join(dirname(initdb), 'postgres'),
    args,
    directory,
    stopSignal: 'INT',
    ...(account === undefined ? {} : { account }),
    isReady: async () => isReady(data),
  });
  return { url: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop: server.stop };
}

function isReady(dataDirectory: string): boolean {
  try {
    const lines = readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
    return lines[STATUS_LINE]?.trim() === 'ready';
  } catch {
    return false;
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function standInAccount(): { uid: number; gid: number } | undefined {
  const rows = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of STAND_IN_ACCOUNTS) {
    const row = rows.find((fields) => fields[0] === name);
    if (row !== undefined) return { uid: Number(row[2]), gid: Number(row[3]) };
  }
  return undefined;
}

/** Newest first. */
function debianBinaryFolders(): string[] {
  try {
    return readdirSync(DEBIAN_VERSIONS_FOLDER)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(DEBIAN_VERSIONS_FOLDER, version, 'bin'));
  } catch {
    return [];
  }
}
