import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OrderedKv, openLmdbKv } from '../src/index.ts';

const VALUE_BYTES = 150_000;

const directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-full-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory]).status === 0;
const title = 'a full disk refuses writes, keeps what was acknowledged, and takes writes again when there is room';

afterAll(() => {
  if (isMounted) spawnSync('umount', ['-l', directory]);
  rmSync(directory, { recursive: true });
});

const keyOf = (n: number): Buffer => Buffer.from(`key ${String(n).padStart(3, '0')}`);

function put(kv: OrderedKv, n: number): Promise<void> {
  return kv.transact(function* (tx) {
    yield* tx.get(keyOf(n));
    tx.put(keyOf(n), Buffer.alloc(VALUE_BYTES, 1));
  });
}

/** Writes until the disk is full; gives how many were acknowledged. */
async function fill(kv: OrderedKv): Promise<number> {
  for (let n = 0; ; n += 1) {
    try {
      await put(kv, n);
    } catch (error) {
      expect(error).toMatchObject({ code: 'unavailable' });
      return n;
    }
  }
}

const run = async (): Promise<void> => {
  const ballast = join(directory, 'ballast');
  writeFileSync(ballast, Buffer.alloc(1_000_000));
  const store = join(directory, 'store');
  let kv = openLmdbKv({ directory: store });
  try {
    const acknowledged = await fill(kv);
    expect(acknowledged).toBeGreaterThan(10);
    await expect(put(kv, acknowledged)).rejects.toMatchObject({ code: 'unavailable' });
    rmSync(ballast);
    await put(kv, acknowledged);
    await kv.close();
    kv = openLmdbKv({ directory: store });
    for (let n = 0; n <= acknowledged; n += 1) expect(kv.synchronous?.get(keyOf(n))?.length).toBe(VALUE_BYTES);
    expect(kv.synchronous?.get(keyOf(acknowledged + 1))).toBeUndefined();
  } finally {
    await kv.close();
  }
};

if (isMounted) test(title, run);
else test.skip(`${title} [skipped: a small file system cannot be mounted here]`, run);
