import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PythonEnvironment } from './python-environment.ts';

const PYTHON_FOLDER = fileURLToPath(new URL('../python', import.meta.url));

/** boto3, the aws CLI and PyIceberg. */
export const pythonClients = new PythonEnvironment('python-clients', join(PYTHON_FOLDER, 'requirements.txt'));

/** Path of a script of ours, to be given to its `python`. */
export function pythonScript(name: string): string {
  return join(PYTHON_FOLDER, name);
}
