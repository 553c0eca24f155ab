import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findExecutable } from '@needlestack/test-servers';
import { installOnce, isInstalled } from './install-once.ts';
import { runOrThrow } from './run-command.ts';

const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));
/** Of the newest client. */
const PYTHON_MINIMUM = '(3, 10)';

/** What its programs compile of themselves is kept beside it, not beside our scripts. To be given to each of them. */
export const PYTHON_BYTECODE = { PYTHONPYCACHEPREFIX: join(CACHE, 'python-bytecode') } as const;

/** A virtual environment below `.cache/`, made of a file of requirements, and anew when that changes. */
export class PythonEnvironment {
  readonly #folder: string;
  readonly #requirements: string;

  constructor(name: string, requirementsPath: string) {
    this.#folder = join(CACHE, name);
    this.#requirements = requirementsPath;
  }

  /** Why it is not here and cannot even be tried to install; undefined when it can. */
  findObstacle(): string | undefined {
    if (isInstalled(this.#folder, this.#digest())) return undefined;
    const python = findExecutable('python3');
    if (python === undefined) return 'python3 is not here';
    const check = `import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= ${PYTHON_MINIMUM} else 1)`;
    return spawnSync(python, ['-c', check]).status === 0 ? undefined : 'python3 with its venv module is not here';
  }

  /** Installs it unless it is there. @throws Error with what pip said */
  async install(): Promise<void> {
    await installOnce(this.#folder, this.#digest(), async () => {
      // pip finds its registry and certificates in the environment.
      await runOrThrow('python3', ['-m', 'venv', this.#folder]);
      // Most of what comes is never imported: what is, is compiled then.
      const options = ['--quiet', '--no-compile', '--requirement', this.#requirements];
      await runOrThrow(this.command('pip'), ['install', ...options]);
    });
  }

  /** Path of one of its commands. */
  command(name: string): string {
    return join(this.#folder, 'bin', name);
  }

  #digest(): string {
    return createHash('sha256').update(readFileSync(this.#requirements)).digest('hex');
  }
}
