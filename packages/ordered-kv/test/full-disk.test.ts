import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('fill-disk.ts', import.meta.url));

const directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-full-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', directory]).status === 0;
const title = 'a full disk refuses writes, keeps what was acknowledged, and takes writes again when there is room';

afterAll(() => {
  if (isMounted) spawnSync('umount', ['-l', directory]);
  rmSync(directory, { recursive: true });
});

/** Large values fill the disk while they are logged; small ones find room in the log, which is there already, but none in the tables. */
const run = (valueBytes: number): void => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [SCRIPT, directory, String(valueBytes)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`);
  const { acknowledged, ...outcomes } = JSON.parse(stdout);
  expect(outcomes).toEqual({ refusal: 'unavailable', again: 'unavailable', withRoom: 'written', isWhole: true });
  expect(acknowledged).toBeGreaterThan(10);
};

describe.each([150_000, 3_000])('values of %i bytes', (valueBytes) => {
  afterEach(() => {
    for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
  });
  if (isMounted) test(title, () => run(valueBytes));
  else test.skip(`${title} [skipped: a small file system cannot be mounted here]`, () => run(valueBytes));
});
