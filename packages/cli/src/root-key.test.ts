import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOrMakeRootKeys, loadRootKeys } from './root-key.ts';

const directory = mkdtempSync(join(tmpdir(), 'needlestack-root-key-'));
afterAll(() => rmSync(directory, { recursive: true }));
const belongsTo = Buffer.alloc(0);

test('a key is made once, kept for its owner alone, and found again', () => {
  expect(loadRootKeys({ directory, setting: '' })).toBeUndefined();
  const made = loadOrMakeRootKeys({ directory, setting: '' });
  const wrapped = made.wrap(randomBytes(32), 'test', belongsTo);
  expect(statSync(join(directory, 'root.key')).mode & 0o777).toBe(0o600);
  const text = readFileSync(join(directory, 'root.key'), 'utf8');
  expect(loadOrMakeRootKeys({ directory, setting: '' }).open(wrapped, 'test', belongsTo)).toHaveLength(32);
  expect(readFileSync(join(directory, 'root.key'), 'utf8')).toBe(text);
});

test('the setting goes before the file, several keys separated by commas', () => {
  const [newer, older] = [randomBytes(32), randomBytes(32)];
  const old = loadOrMakeRootKeys({ directory, setting: older.toString('base64') });
  const wrapped = old.wrap(randomBytes(32), 'test', belongsTo);
  const rotated = loadRootKeys({ directory, setting: `${newer.toString('base64')},${older.toString('base64')}` });
  expect(rotated?.open(wrapped, 'test', belongsTo)).toHaveLength(32);
});

test('what is no key is told by its place', () => {
  expect(() => loadRootKeys({ directory, setting: 'c2hvcnQ=' })).toThrow('-root.key: line 1 of the root keys: 5 bytes');
  writeFileSync(join(directory, 'root.key'), '');
  expect(() => loadRootKeys({ directory, setting: '' })).toThrow('root.key: there is no root key');
});
