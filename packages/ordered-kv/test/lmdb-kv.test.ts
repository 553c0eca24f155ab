import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbKv } from '../src/index.ts';
import { describeOrderedKvContract, type OpenedKv } from './ordered-kv-contract.ts';

async function openEmpty(): Promise<OpenedKv> {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-'));
  let kv = openLmdbKv({ directory });
  return {
    kv,
    reopen: async () => {
      await kv.close();
      kv = openLmdbKv({ directory });
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
