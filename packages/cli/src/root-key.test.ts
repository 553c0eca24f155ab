import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainWrongRootKey, loadOrMakeRootKeys, loadRootKeys } from './root-key.ts';

const directory = mkdtempSync(join(tmpdir(), 'needlestack-root-key-'));
afterAll(() => rmSync(directory, { recursive: true }));
const belongsTo = Buffer.alloc(0);

test('a key is made once, kept for its owner alone, and found again', () => {
  expect(loadRootKeys({ directory, setting: '' })).toBeUndefined();
  const { ring: made, isNew } = loadOrMakeRootKeys({ directory, setting: '' });
  expect(isNew).toBe(true);
  const wrapped = made.wrap(randomBytes(32), 'test', belongsTo);
  expect(statSync(join(directory, 'root.key')).mode & 0o777).toBe(0o600);
  const text = readFileSync(join(directory, 'root.key'), 'utf8');
  const again = loadOrMakeRootKeys({ directory, setting: '' });
  expect(again.isNew).toBe(false);
  expect(again.ring.open(wrapped, 'test', belongsTo)).toHaveLength(32);
  expect(readFileSync(join(directory, 'root.key'), 'utf8')).toBe(text);
});

test('the setting goes before the file, several keys separated by commas', () => {
  const [newer, older] = [randomBytes(32), randomBytes(32)];
  const { ring: old } = loadOrMakeRootKeys({ directory, setting: older.toString('base64') });
  const wrapped = old.wrap(randomBytes(32), 'test', belongsTo);
  const rotated = loadRootKeys({ directory, setting: `${newer.toString('base64')},${older.toString('base64')}` });
  expect(rotated?.open(wrapped, 'test', belongsTo)).toHaveLength(32);
});

test('what is no key is told by its place', () => {
  expect(() => loadRootKeys({ directory, setting: 'c2hvcnQ=' })).toThrow('-root.key: line 1 of the root keys: 5 bytes');
  writeFileSync(join(directory, 'root.key'), '');
  expect(() => loadRootKeys({ directory, setting: '' })).toThrow('root.key: there is no root key');
});

test('a store under another key: the file is named, and one that was made for this start makes way for the right one', () => {
  const own = mkdtempSync(join(directory, 'own-'));
  const path = join(own, 'root.key');
  const asked = { directory: own, setting: '' };
  expect(explainWrongRootKey(asked, loadOrMakeRootKeys(asked)).message).toMatch(`${path} is missing, and the catalog`);
  expect(loadRootKeys(asked)).toBeUndefined();
  loadOrMakeRootKeys(asked);
  expect(explainWrongRootKey(asked, loadOrMakeRootKeys(asked)).message).toMatch(`${path} is another key, and`);
  expect(loadRootKeys(asked)).toBeDefined();
  expect(explainWrongRootKey({ ...asked, setting: 'x' }, { isNew: false }).message).toMatch(
    /^-root.key is another key/,
  );
});
