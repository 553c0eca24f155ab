import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findExecutable } from '@needlestack/test-servers';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PYTHON_FOLDER = fileURLToPath(new URL('../python', import.meta.url));
const REQUIREMENTS = join(PYTHON_FOLDER, 'requirements.txt');
const ENVIRONMENT_FOLDER = join(ROOT, '.cache/python-clients');
const LOCK = `${ENVIRONMENT_FOLDER}.lock`;
const LOCK_POLL_MS = 100;
const STAMP = join(ENVIRONMENT_FOLDER, 'needlestack-requirements');
/** Of the newest client here. */
const PYTHON_MINIMUM = '(3, 10)';

export interface CommandResult {
  readonly status: number | null;
  /** Standard output and error as they came. */
  readonly output: string;
}

/** Why the Python clients cannot be used here; undefined when they can. */
export function findPythonObstacle(): string | undefined {
  if (isInstalled()) return undefined;
  const python = findExecutable('python3');
  if (python === undefined) return 'python3 is not here';
  const check = `import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= ${PYTHON_MINIMUM} else 1)`;
  return spawnSync(python, ['-c', check]).status === 0 ? undefined : 'python3 with its venv module is not here';
}

/**
 * Makes the virtual environment of `requirements.txt` below `.cache/`, unless it is there already. Test files run side by side: the
 * first to come installs, the others wait for it.
 */
export async function installPythonClients(): Promise<void> {
  while (!isInstalled()) {
    if (tryLock()) {
      try {
        if (!isInstalled()) await installAnew();
      } finally {
        rmSync(LOCK, { force: true });
      }
    } else {
      await delay(LOCK_POLL_MS);
    }
  }
}

async function installAnew(): Promise<void> {
  rmSync(ENVIRONMENT_FOLDER, { recursive: true, force: true });
  await runOrThrow('python3', ['-m', 'venv', ENVIRONMENT_FOLDER]);
  await runOrThrow(pythonCommand('pip'), ['install', '--quiet', '--requirement', REQUIREMENTS]);
  writeFileSync(STAMP, digestRequirements());
}

/** Takes the lock; also from a holder that has died. */
function tryLock(): boolean {
  mkdirSync(dirname(LOCK), { recursive: true });
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isHolderAlive()) rmSync(LOCK, { force: true });
    return false;
  }
}

function isHolderAlive(): boolean {
  try {
    const holder = Number(readFileSync(LOCK, 'utf8'));
    // Empty for a moment, between the file's making and its writing.
    if (holder === 0) return true;
    process.kill(holder, 0);
    return true;
  } catch {
    return false;
  }
}

/** Path of a command of the virtual environment, or of a script of ours to give to its `python`. */
export function pythonCommand(name: 'python' | 'pip' | 'aws'): string {
  return join(ENVIRONMENT_FOLDER, 'bin', name);
}

export function pythonScript(name: string): string {
  return join(PYTHON_FOLDER, name);
}

/** Runs a command to its end. `environment` is all that it sees beside PATH and HOME. */
export function runCommand(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { PATH, HOME, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output: Buffer.concat(pieces).toString() }));
  });
}

function isInstalled(): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digestRequirements();
}

function digestRequirements(): string {
  return createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
}

async function runOrThrow(command: string, args: readonly string[]): Promise<void> {
  // pip finds its registry and certificates in the environment.
  const inherited = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
  const { status, output } = await runCommand(command, args, inherited);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${output}`);
}
