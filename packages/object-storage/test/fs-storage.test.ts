import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { entryToKeyPart, keyToPath } from '../src/fs/key-path.ts';
import { FsStorage } from '../src/index.ts';
import { codeOf } from '../testing/index.ts';

let directory = '';
let storage: FsStorage;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-fs-'));
  storage = new FsStorage(directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const X = Buffer.from('x');

test('every key has a path of its own below the directory, and the path its key', () => {
  const key = fc.string({
    unit: fc.constantFrom('/', '.', '%', 'a', 'ü', '😀', '\\', ' ', '\u0001', '_'),
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(key, (text) => {
      const names = keyToPath(text).split('/');
      expect(names.every((name) => name !== '' && name !== '.' && name !== '..')).toBe(true);
      const parts = names.map((name, index) => entryToKeyPart(name, index < names.length - 1));
      expect(parts.join('')).toBe(text);
    }),
  );
});

test('nothing is left beside the objects: no temporary file, no empty directory', async () => {
  await storage.put('a/b/c', X);
  await storage.putIfAbsent('a/d', X);
  expect(await codeOf(storage.putIfAbsent('a/d', X))).toBe('already-exists');
  expect(readdirSync(join(directory, '%tmp'))).toEqual([]);
  await storage.delete('a/b/c');
  expect(readdirSync(join(directory, 'a%'))).toEqual(['d']);
  await storage.delete('a/d');
  expect(readdirSync(directory)).toEqual(['%tmp']);
});

test('puts and deletes side by side in one directory never lose the directory', async () => {
  await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      await storage.put(`dir/${index}`, X);
      await storage.delete(`dir/${index}`);
      await storage.put(`dir/${index}`, X);
    }),
  );
  expect(await Array.fromAsync(storage.list('dir/'))).toHaveLength(40);
});

test('one of many replacements of a version takes place', async () => {
  const { etag } = await storage.put('k', X);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => storage.putIfMatch('k', etag, Buffer.from(String(index)))),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('what a kill leaves is swept, and is no object', async () => {
  await storage.put('k', X);
  writeFileSync(join(directory, '%tmp', 'left'), 'half');
  expect((await Array.fromAsync(storage.list(''))).map(({ key }) => key)).toEqual(['k']);
  expect(await storage.abortStaleUploads('', -60_000)).toBe(0);
  expect(readdirSync(join(directory, '%tmp'))).toEqual([]);
});

test('a name that the file system does not take is an error of its own', async () => {
  const error = await storage.put('x'.repeat(300), X).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'io', backendCode: 'ENAMETOOLONG' });
});

test('a body that nobody reads is given up without a fault', async () => {
  await storage.put('k', X);
  for (let count = 0; count < 50; count += 1) await storage.get('k');
  globalThis.gc?.();
  expect((await storage.head('k')).sizeBytes).toBe(1);
});
