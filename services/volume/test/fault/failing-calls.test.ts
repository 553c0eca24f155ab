import { type FileSystem, nodeFileSystem } from '../../src/storage/files/file-system.ts';
import { systemError } from '../support/faulty-files.ts';
import { contentOf, get, put, remove } from '../support/needles.ts';
import { newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const CALLS_MAX = 200;
/** They wait for the disk together. */
const LIVES_AT_ONCE = 8;
const WRITING = ['writev', 'write'] as const;
type Name = Exclude<keyof FileSystem, 'readNow' | 'close'>;

/** The real file system whose n-th call fails, or is only half done. */
function failingAt(n: number, code: string): { readonly files: FileSystem; readonly hasFailed: () => boolean } {
  let calls = 0;
  let failed = false;
  const guard = (name: Name) =>
    ((...args: unknown[]) => {
      calls += 1;
      const real = nodeFileSystem[name] as (...values: unknown[]) => void;
      if (calls !== n) return real(...args);
      failed = true;
      if (code === 'SHORT') return real(...(isWriting(name) ? shortened(name, args) : args));
      const done = args.at(-1) as (error: Error, value: number) => void;
      setImmediate(() => done(systemError(code), 0));
    }) as never;
  const files: FileSystem = {
    ...nodeFileSystem,
    open: guard('open'),
    writev: guard('writev'),
    write: guard('write'),
    read: guard('read'),
    fdatasync: guard('fdatasync'),
    ftruncate: guard('ftruncate'),
    fstat: guard('fstat'),
  };
  return { files, hasFailed: () => failed };
}

function isWriting(name: Name): name is (typeof WRITING)[number] {
  return name === 'writev' || name === 'write';
}

/** The same write of half as many bytes. */
function shortened(name: 'writev' | 'write', args: readonly unknown[]): unknown[] {
  const [handle, data, ...rest] = args;
  const all = name === 'writev' ? Buffer.concat(data as Uint8Array[]) : (data as Uint8Array);
  const half = all.subarray(0, Math.ceil(all.length / 2));
  return [handle, name === 'writev' ? [half] : half, ...rest];
}

/** What was acknowledged, by needle: its size, or that it is deleted. */
type Acknowledged = Map<number, number | 'deleted'>;

/** Makes a volume, writes, overwrites, deletes, compacts and writes again; notes what was acknowledged, and gives up on what fails. */
async function live(path: string, files: FileSystem): Promise<{ acknowledged: Acknowledged; doubtful: Set<number> }> {
  const acknowledged: Acknowledged = new Map();
  const doubtful = new Set<number>();
  const attempt = async (id: number, change: () => Promise<unknown>, result: number | 'deleted'): Promise<void> => {
    try {
      await change();
      acknowledged.set(id, result);
      doubtful.delete(id);
    } catch {
      doubtful.add(id);
    }
  };
  const { registry } = await openRegistry(path, { files });
  try {
    const volume = await registry.allocate(newVolume(1));
    for (let id = 1; id <= 4; id += 1) await attempt(id, () => put(volume, id), 100);
    await attempt(2, () => put(volume, 2, 5_000), 5_000);
    await attempt(3, () => remove(volume, 3), 'deleted');
    try {
      for await (const _ of registry.compact(1)) await attempt(5, () => put(volume, 5), 100);
      await registry.commitCompaction(1);
    } catch {
      // Nothing is promised of a compaction but that it harms nobody.
    }
    await attempt(6, () => put(volume, 6), 100);
    await volume.opened.log.flush().catch(() => undefined);
  } catch {
    // The volume was not made.
  } finally {
    await registry.close().catch(() => undefined);
  }
  return { acknowledged, doubtful };
}

/** One life in which the n-th call fails, and what is found after it. False when there was no such call. */
async function survivesFault(n: number, code: string): Promise<boolean> {
  const path = tempDirectory();
  const { files, hasFailed } = failingAt(n, code);
  const { acknowledged, doubtful } = await live(path, files);
  if (!hasFailed()) return false;
  const { registry, events } = await openRegistry(path);
  const volume = registry.get(1);
  if (acknowledged.size > 0)
    expect({ n, state: volume?.state, told: events.told }).toMatchObject({ state: 'writable' });
  for (const [id, result] of acknowledged) {
    if (doubtful.has(id) || volume === undefined) continue;
    if (result === 'deleted') await expect(get(volume, id)).rejects.toMatchObject({ code: 'needle-not-found' });
    else await get(volume, id, result);
  }
  await registry.close();
  return true;
}

test.each(['EIO', 'ENOSPC', 'EMFILE', 'SHORT'])(
  'whichever call fails with %s, the answer is an error or true, and nothing acknowledged is lost',
  async (code) => {
    let calls: number | undefined;
    for (let first = 1; calls === undefined && first < CALLS_MAX; first += LIVES_AT_ONCE) {
      const had = await Promise.all(Array.from({ length: LIVES_AT_ONCE }, (_, at) => survivesFault(first + at, code)));
      if (had.includes(false)) calls = first + had.indexOf(false);
    }
    // A run had no fault: all calls had their turn.
    expect(calls).toBeGreaterThan(20);
    expect(contentOf(1)).toHaveLength(100);
  },
);
