import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watchIdentitiesFile } from './identities-file.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-identities-'));
  path = join(directory, 'identities.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

const watch = () => watchIdentitiesFile(path, { onRead: () => undefined, onFailure: () => undefined });

test.each([
  ['{', 'the file is not JSON'],
  ['{"identities":[{"name":1}]}', 'identities[0].name is missing or not text'],
])('a first file that cannot be used is named, with what is wrong in it: %s', (text, why) => {
  writeFileSync(path, text);
  expect(watch).toThrow(`the identities file ${path} cannot be used: ${why}`);
});

test('one that is not there is named, and a good one is taken', () => {
  expect(watch).toThrow(`the identities file ${path} cannot be used: ENOENT`);
  writeFileSync(path, '{"identities":[]}');
  watch().close();
});
