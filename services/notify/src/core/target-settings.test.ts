import { readTargetEnvironment } from './read-target-environment.ts';
import { SettingError, SettingReader } from './setting-reader.ts';
import { COMMON_KEYS, collectInstances, parseCommonSettings, type StoredSettings } from './target-settings.ts';

const KEYS = new Map([
  ['webhook', ['endpoint', 'auth_token', 'client_ca']],
  ['redis', ['url', 'tls', 'tls_ca']],
] as const);

const collect = (environment: Record<string, string>, stored: StoredSettings = {}) =>
  collectInstances(stored, readTargetEnvironment(environment, KEYS)).map(({ type, id, values }) => ({
    name: `${id}:${type}`,
    values: Object.fromEntries(values),
  }));

test('an instance of the environment, its id in lower case, by the longest key', () => {
  expect(
    collect({
      NEEDLESTACK_NOTIFY_REDIS_ENABLE_MAIN: 'on',
      NEEDLESTACK_NOTIFY_REDIS_TLS_CA_MAIN: '/ca',
      NEEDLESTACK_NOTIFY_REDIS_URL_MAIN: 'redis://x',
      HOME: '/root',
      NEEDLESTACK_NOTIFY_ENABLE: 'on',
      NEEDLESTACK_NOTIFY_SEND_CONCURRENCY: '5',
    }),
  ).toEqual([{ name: 'main:redis', values: { enable: 'on', tls_ca: '/ca', url: 'redis://x' } }]);
});

test('without enable the environment makes no instance, but changes a stored one', () => {
  const environment = { NEEDLESTACK_NOTIFY_WEBHOOK_ENDPOINT_1: 'http://env' };
  expect(collect(environment)).toEqual([]);
  const stored = { notify_webhook: { 1: { enable: 'on', endpoint: 'http://stored', comment: 'c' } } };
  expect(collect(environment, stored)).toEqual([
    { name: '1:webhook', values: { enable: 'on', endpoint: 'http://env', comment: 'c' } },
  ]);
});

test('instance _ gives defaults, and is none itself', () => {
  expect(
    collect(
      { NEEDLESTACK_NOTIFY_WEBHOOK_AUTH_TOKEN: 'from-env' },
      { notify_webhook: { _: { auth_token: 'stored', comment: 'd' }, A: { endpoint: 'http://a' } } },
    ),
  ).toEqual([{ name: 'a:webhook', values: { auth_token: 'from-env', comment: 'd', endpoint: 'http://a' } }]);
});

test('the alias is read; both set alike is fine, both different is refused', () => {
  const alias = { RUSTFS_NOTIFY_WEBHOOK_ENABLE_1: 'on' };
  expect(collect(alias)).toHaveLength(1);
  expect(collect({ ...alias, NEEDLESTACK_NOTIFY_WEBHOOK_ENABLE_1: 'on' })).toHaveLength(1);
  expect(() => collect({ ...alias, NEEDLESTACK_NOTIFY_WEBHOOK_ENABLE_1: 'off' })).toThrow(SettingError);
});

test('a key that no type knows is refused by the name of its variable', () => {
  expect(() => collect({ NEEDLESTACK_NOTIFY_WEBHOOK_ENDPIONT_1: 'x' })).toThrow(
    'NEEDLESTACK_NOTIFY_WEBHOOK_ENDPIONT_1',
  );
  expect(() => collect({}, { notify_carrier_pigeon: {} })).toThrow(SettingError);
});

describe('common settings', () => {
  const parse = (values: Record<string, string>) =>
    parseCommonSettings(new SettingReader(new Map(Object.entries(values)), COMMON_KEYS));

  test('defaults', () => {
    expect(parse({})).toEqual({
      isEnabled: true,
      queueDirectory: '',
      queueLimit: 100_000,
      payload: 'log',
      sendsTestEvent: false,
    });
    expect(parse({ queue_limit: '0' }).queueLimit).toBe(100_000);
  });

  test.each([{ payload: 'xml' }, { queue_dir: 'here' }, { queue_limit: 'much' }, { enable: 'perhaps' }])(
    '%j is refused',
    (values) => {
      expect(() => parse(values)).toThrow(SettingError);
    },
  );
});
