import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CopyManifest } from './copy-manifest.ts';

const COPY = 's3://a to s3://b';
let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-manifest-'));
  path = join(directory, 'm', 'confirmed.log');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const open = (identity = COPY) => CopyManifest.open(join(directory, 'm'), identity);
const object = (key: string, etag = 'e') => ({ key, etag, sizeBytes: 1, crc32c: 'AAAAAA==' });

async function confirm(...keys: string[]): Promise<void> {
  const manifest = await open();
  await Promise.all(keys.map((key) => manifest.confirm(object(key))));
  await manifest.close();
}

/** Which of the keys the next run finds on the record. */
async function found(...keys: string[]): Promise<string[]> {
  const manifest = await open();
  const known = keys.filter((key) => manifest.takeConfirmed(key, 'e'));
  await manifest.close();
  return known;
}

test('what is confirmed is known to the next run, by its version', async () => {
  await confirm('a', 'line\nbreak', '😀');
  expect(await found('a', 'b', 'line\nbreak', '😀')).toEqual(['a', 'line\nbreak', '😀']);
  const manifest = await open();
  expect(manifest.earlierCount).toBe(3);
  expect(manifest.takeConfirmed('a', 'another version')).toBe(false);
  await manifest.confirm(object('a', 'another version'));
  await manifest.close();
  expect(await found('a')).toEqual([]);
});

test('a torn end is cut off at every byte, and what was before it stays', async () => {
  await confirm('a');
  const whole = readFileSync(path);
  await confirm('b');
  const both = readFileSync(path);
  for (let length = whole.length; length < both.length; length += 1) {
    writeFileSync(path, both.subarray(0, length));
    expect(await found('a', 'b')).toEqual(['a']);
    expect(readFileSync(path).length).toBe(whole.length);
  }
  // The head itself torn: as if nothing had been.
  truncateSync(path, 7);
  expect(await found('a')).toEqual([]);
  await confirm('c');
  expect(await found('c')).toEqual(['c']);
});

test('a changed line ends the record there', async () => {
  await confirm('a');
  await confirm('b');
  await confirm('c');
  writeFileSync(path, readFileSync(path, 'utf8').replace('["b"', '["x"'));
  expect(await found('a', 'b', 'x', 'c')).toEqual(['a']);
});

test('another copy, another file, and a run that is under way are refused', async () => {
  await confirm('a');
  await expect(open('s3://a to s3://c')).rejects.toThrow(`is of another copy: ${COPY}, not s3://a to s3://c`);
  const running = await open();
  await expect(open()).rejects.toThrow('another copy is running with the manifest');
  await running.close();
  writeFileSync(path, 'shopping list\nmilk\n');
  await expect(open()).rejects.toThrow('is not a manifest of a copy');
  expect(readFileSync(path, 'utf8')).toBe('shopping list\nmilk\n');
});
