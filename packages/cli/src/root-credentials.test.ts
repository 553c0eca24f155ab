import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepRootCredentials, loadRootCredentials } from './root-credentials.ts';

const newDirectory = () => mkdtempSync(join(tmpdir(), 'root-credentials-'));
const none = { accessKeyId: '', secretAccessKey: '' };

test('credentials are made once, kept privately, and differ between directories', () => {
  const directory = join(newDirectory(), 'deep');
  const first = loadRootCredentials({ directory, ...none });
  expect(first.source).toBe('created');
  // A start that fails before they are kept leaves nothing behind.
  expect(existsSync(directory)).toBe(false);
  keepRootCredentials(directory, first);
  expect(statSync(join(directory, 'root-credentials.json')).mode & 0o777).toBe(0o600);
  expect(loadRootCredentials({ directory, ...none })).toEqual({ ...first, source: 'file' });
  expect(loadRootCredentials({ directory: newDirectory(), ...none }).secretAccessKey).not.toBe(first.secretAccessKey);
});

test('settings win, must be complete and must not be weak', () => {
  const directory = newDirectory();
  const settings = { accessKeyId: 'root', secretAccessKey: 'a secret of some length' };
  expect(loadRootCredentials({ directory, ...settings })).toEqual({ ...settings, source: 'settings' });
  expect(() => loadRootCredentials({ directory, accessKeyId: 'root', secretAccessKey: '' })).toThrow('at least 16');
  expect(() => loadRootCredentials({ directory, accessKeyId: '', secretAccessKey: settings.secretAccessKey })).toThrow(
    'access key id',
  );
});

test('a damaged file is refused, not overwritten', () => {
  const directory = newDirectory();
  writeFileSync(join(directory, 'root-credentials.json'), '{"accessKeyId":');
  expect(() => loadRootCredentials({ directory, ...none })).toThrow('is not JSON');
});
