import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, TEST_CREDENTIALS } from '@needlestack/test-servers';
import type { Target } from './target.ts';

const FLOOR_PROGRAM = fileURLToPath(new URL('../floor/floor.ts', import.meta.url));

/** The floor server, on a new temporary directory. */
export async function startFloor(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-floor-'));
  const port = await freePort();
  const child = spawn(process.execPath, [FLOOR_PROGRAM, directory, `${port}`], {
    env: { ...process.env, NEEDLESTACK_ROOT_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('the floor server ended before it was ready'))),
  ]);
  const url = `http://127.0.0.1:${port}`;
  return {
    endpoint: { name: 'floor', s3Url: url, credentials: TEST_CREDENTIALS, volumeUrl: url },
    pids: [child.pid ?? 0],
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      process.off('exit', killWithUs);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
