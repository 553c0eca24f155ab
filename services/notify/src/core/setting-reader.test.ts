import { parseSwitch, SettingError, SettingReader } from './setting-reader.ts';

const read = (text: string) => new SettingReader(new Map([['key', text]]), ['key']);

test.each(['on', 'TRUE', 'yes', '1', 'Enabled', ' on '])('%p is on', (text) => {
  expect(parseSwitch('key', text)).toBe(true);
});

test.each(['off', 'False', 'no', '0', 'disabled'])('%p is off', (text) => {
  expect(parseSwitch('key', text)).toBe(false);
});

test.each(['', 'of', 'maybe', '2', 'onn'])('%p is an error that names the key, never off', (text) => {
  expect(() => parseSwitch('skip_tls_verify', text)).toThrow(/^skip_tls_verify is neither on nor off$/);
});

test.each([
  ['30s', 30_000],
  ['500ms', 500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['7', 7_000],
  ['0.5s', 500],
  ['', 42],
])('duration %p is %p ms', (text, durationMs) => {
  expect(read(text).durationMs('key', 42)).toBe(durationMs);
});

test.each([
  ['durationMs', '-1s'],
  ['durationMs', '1 s'],
  ['durationMs', 'soon'],
  ['count', '-1'],
  ['count', '1.5'],
  ['count', 'many'],
  ['absolutePath', 'relative/path'],
  ['flag', 'perhaps'],
] as const)('%s refuses %p', (method, text) => {
  const reader = read(text);
  const call = {
    durationMs: () => reader.durationMs('key', 0),
    count: () => reader.count('key', 0),
    absolutePath: () => reader.absolutePath('key'),
    flag: () => reader.flag('key', false),
  }[method];
  expect(call).toThrow(SettingError);
});

test('an unknown key is refused by name', () => {
  expect(() => new SettingReader(new Map([['endpiont', 'x']]), ['endpoint'])).toThrow('endpiont is no known key');
});
