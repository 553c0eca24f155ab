import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('fill-disk.ts', import.meta.url));

const directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-full-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory]).status === 0;
const title = 'a full disk refuses writes, keeps what was acknowledged, and takes writes again when there is room';

afterAll(() => {
  if (isMounted) spawnSync('umount', ['-l', directory]);
  rmSync(directory, { recursive: true });
});

const run = (): void => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [SCRIPT, directory], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`);
  const { acknowledged, ...outcomes } = JSON.parse(stdout);
  expect(outcomes).toEqual({ refusal: 'unavailable', again: 'unavailable', withRoom: 'written', isWhole: true });
  expect(acknowledged).toBeGreaterThan(10);
};

if (isMounted) test(title, run);
else test.skip(`${title} [skipped: a small file system cannot be mounted here]`, run);
