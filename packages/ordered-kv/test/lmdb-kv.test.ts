import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbKv } from '../src/index.ts';
import { PINS_MAX } from '../src/limits.ts';
import { describeOrderedKvContract, type OpenedKv } from './ordered-kv-contract.ts';

async function openEmpty(): Promise<OpenedKv> {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-'));
  let kv = openLmdbKv({ directory, isVolatile: true });
  return {
    kv,
    reopen: async () => {
      await kv.close();
      kv = openLmdbKv({ directory, isVolatile: true });
      return kv;
    },
    destroy: async () => {
      await kv.close();
      rmSync(directory, { recursive: true });
    },
  };
}

describe('the embedded driver', () => {
  describeOrderedKvContract(openEmpty);

  describe('beside the contract', () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-'));
    });
    afterEach(() => rmSync(directory, { recursive: true }));

    test('a second opening of the directory is refused and names the process that has it', async () => {
      const kv = openLmdbKv({ directory });
      expect(() => openLmdbKv({ directory })).toThrow(`in use by process ${process.pid}`);
      const script = `import { openLmdbKv } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)};
        try { openLmdbKv({ directory: ${JSON.stringify(directory)} }); console.log('opened'); }
        catch (error) { console.log(error.code); process.exit(0); }`;
      const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
      expect(output.trim()).toBe('locked');
      await kv.close();
      await openLmdbKv({ directory }).close();
    });

    test('a lock left behind by a process that is gone, or by another boot, is taken over', async () => {
      for (const owner of ['4194304 17 ', `${process.pid} 1 another-boot`, 'rubbish', '']) {
        writeFileSync(join(directory, 'owner.lock'), owner);
        await openLmdbKv({ directory }).close();
      }
    });

    test('the store outgrows the address space that it started with', async () => {
      const kv = openLmdbKv({ directory, mapSizeBytes: 128 * 1024 });
      const value = Buffer.alloc(16 * 1024, 'v');
      for (let i = 0; i < 100; i += 1)
        await kv.transact(function* (tx) {
          yield* tx.get(value.subarray(0, 3));
          for (let j = 0; j < 10; j += 1) tx.put(Buffer.from(`key ${i} ${j}`), value);
        });
      expect((await kv.get(Buffer.from('key 99 9')))?.equals(value)).toBe(true);
      expect((await kv.get(Buffer.from('key 0 0')))?.equals(value)).toBe(true);
      await kv.close();
    });

    test('a pinned view lives through the growth of the address space; at most so many are held', async () => {
      const kv = openLmdbKv({ directory, mapSizeBytes: 128 * 1024 });
      const value = Buffer.alloc(16 * 1024, 'v');
      const fill = (name: string) =>
        kv.transact(function* (tx) {
          yield* tx.get(value.subarray(0, 3));
          for (let j = 0; j < 10; j += 1) tx.put(Buffer.from(`${name} ${j}`), value);
        });
      await fill('first');
      const view = await kv.pin();
      for (let i = 0; i < 50; i += 1) {
        await fill(`later ${i}`);
        let rows = 0;
        await view.visit({ start: Buffer.from('a'), end: Buffer.from('z'), limit: 1000 }, (_key, found) => {
          rows += found.equals(value) ? 1 : 0;
          return true;
        });
        expect(rows).toBe(10);
      }
      const others = [];
      while (others.length < PINS_MAX - 1) others.push(await kv.pin());
      await expect(kv.pin()).rejects.toMatchObject({ code: 'too-many-pins' });
      await Promise.all(others.map((other) => other.release()));
      await (await kv.pin()).release();
      await kv.close();
      await expect(kv.pin()).rejects.toMatchObject({ code: 'closed' });
    });

    test('synchronous reads see what is durable, and nothing before it is', async () => {
      const kv = openLmdbKv({ directory });
      const key = Buffer.from('key');
      const written = kv.transact(function* (tx) {
        yield* tx.get(key);
        tx.put(key, Buffer.from('value'));
      });
      const next = kv.transact(function* (tx) {
        return (yield* tx.get(key))?.toString();
      });
      expect(kv.synchronous?.get(key)).toBeUndefined();
      await written;
      expect(kv.synchronous?.get(key)?.toString()).toBe('value');
      expect(await next).toBe('value');
      await kv.close();
    });

    test('writes beyond the room for uncommitted bytes wait and are all there in the end', async () => {
      const kv = openLmdbKv({ directory });
      const value = Buffer.alloc(8 << 20, 'w');
      await Promise.all(
        Array.from({ length: 16 }, (_, i) =>
          kv.transact(function* (tx) {
            yield* tx.get(Buffer.from('k'));
            tx.put(Buffer.from(`key ${i}`), value);
          }),
        ),
      );
      for (let i = 0; i < 16; i += 1) expect((await kv.get(Buffer.from(`key ${i}`)))?.length).toBe(value.length);
      await kv.close();
    });
  });
});
