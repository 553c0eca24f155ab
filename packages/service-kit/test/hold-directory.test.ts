import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DirectoryHeldError, holdDirectory } from '../src/index.ts';

const HOLDER = fileURLToPath(new URL('./support/holding-process.ts', import.meta.url));

let path = '';
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'needlestack-held-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

function refusalOf(directory: string): DirectoryHeldError {
  try {
    holdDirectory(directory).release();
  } catch (error) {
    if (error instanceof DirectoryHeldError) return error;
  }
  throw new Error('a refusal was expected');
}

test('a directory belongs to one holder until it is released', () => {
  const held = holdDirectory(path);
  expect(refusalOf(path).isInUse).toBe(true);
  held.release();
  holdDirectory(path).release();
});

test('a killed process leaves nothing behind', async () => {
  const holder = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', HOLDER, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  expect(refusalOf(path).isInUse).toBe(true);
  const closed = once(holder, 'close');
  holder.kill('SIGKILL');
  await closed;
  holdDirectory(path).release();
});

test('a directory that is not there is not in use', () => {
  expect(refusalOf(join(path, 'missing')).isInUse).toBe(false);
});
