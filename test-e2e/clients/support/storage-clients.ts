import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PYTHON_BYTECODE, PythonEnvironment } from '../../support/python-environment.ts';

const FOLDER = fileURLToPath(new URL('../python', import.meta.url));

/** fsspec's s3fs, pyarrow, DuckDB, MinIO's client, s3cmd and rclone: all from PyPI. */
export const storageClients = new PythonEnvironment('storage-clients', join(FOLDER, 'requirements.txt'));

/** Path of a script of ours for one of the Python clients. */
export function clientScript(name: string): string {
  return join(FOLDER, name);
}

/** Teaches Python that names below localhost mean loopback. */
export const LOOPBACK_NAMES = { ...PYTHON_BYTECODE, PYTHONPATH: join(FOLDER, 'loopback') };

/** Installs an environment while a test file loads. Resolves with why that cannot be; with undefined when all is there. */
export async function prepare(environment: PythonEnvironment): Promise<string | undefined> {
  const obstacle = environment.findObstacle();
  if (obstacle !== undefined) return obstacle;
  try {
    await environment.install();
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return `pip could not install the clients: ${said?.replaceAll(/[[\]]/g, '')}`;
  }
}
