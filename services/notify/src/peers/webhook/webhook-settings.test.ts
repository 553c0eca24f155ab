import { SettingError, SettingReader } from '../../core/setting-reader.ts';
import { COMMON_KEYS } from '../../core/target-settings.ts';
import { createGuardedLookup } from './endpoint-guard.ts';
import { parseWebhookSettings, WEBHOOK_KEYS } from './webhook-settings.ts';

function parse(values: Record<string, string>) {
  return parseWebhookSettings(new SettingReader(new Map(Object.entries(values)), [...COMMON_KEYS, ...WEBHOOK_KEYS]));
}

test('defaults', () => {
  expect(parse({ endpoint: 'https://hooks.example/in' })).toMatchObject({
    authToken: '',
    skipTlsVerify: false,
    timeoutMs: 30_000,
    retriesMax: 0,
    retryIntervalMs: 2_000,
  });
});

test.each([
  'http://127.0.0.1:9/x',
  'http://localhost:9/x',
  'http://[::1]:9/',
  'http://10.1.2.3/',
  'https://192.168.1.1/',
  'http://hooks.internal:8080/',
])('%s may be configured', (endpoint) => {
  expect(parse({ endpoint }).endpoint.href).toContain('http');
});

test.each<[string, Record<string, string>]>([
  ['no endpoint', {}],
  ['no URL', { endpoint: 'hooks' }],
  ['another scheme', { endpoint: 'ftp://hooks.example' }],
  ['credentials in the URL', { endpoint: 'https://user:secret@hooks.example' }],
  ['link-local', { endpoint: 'http://169.254.1.1/' }],
  ['the metadata service', { endpoint: 'http://169.254.169.254/latest/meta-data' }],
  ['the metadata service, written as a number', { endpoint: 'http://2852039166/' }],
  ['the metadata service inside IPv6', { endpoint: 'http://[::ffff:169.254.169.254]/' }],
  ['the metadata service of IPv6', { endpoint: 'http://[fd00:ec2::254]/' }],
  ['link-local of IPv6', { endpoint: 'http://[fe80::1]/' }],
  ['nowhere', { endpoint: 'http://0.0.0.0/' }],
  ['multicast', { endpoint: 'http://239.0.0.1/' }],
  ['a certificate without key', { endpoint: 'https://h', client_cert: '/c' }],
  ['a key without certificate', { endpoint: 'https://h', client_key: '/k' }],
  ['a relative path', { endpoint: 'https://h', client_ca: 'ca.pem' }],
  ['no verification beside an authority', { endpoint: 'https://h', client_ca: '/ca', skip_tls_verify: 'on' }],
  ['TLS keys on plain HTTP', { endpoint: 'http://h', client_ca: '/ca' }],
  ['no verification on plain HTTP', { endpoint: 'http://h', skip_tls_verify: 'on' }],
  ['batches', { endpoint: 'http://h', batch_size: '10' }],
  ['no time', { endpoint: 'http://h', http_timeout: '0' }],
  ['a token with a line break', { endpoint: 'http://h', auth_token: 'a\r\nHost: b' }],
])('%s is refused', (_, values) => {
  expect(() => parse(values)).toThrow(SettingError);
});

test('no error shows the value', () => {
  const secrets = { endpoint: 'https://user:hunter2@h' };
  expect(() => parse(secrets)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
});

describe('the guarded look-up', () => {
  function resolve(endpoint: string, host: string): Promise<string> {
    return new Promise((done, fail) => {
      createGuardedLookup(new URL(endpoint))(host, {}, (error, address) => {
        if (error !== null) fail(error);
        else done(String(address));
      });
    });
  }

  test('localhost leads to loopback when the endpoint says so', async () => {
    await expect(resolve('http://localhost/', 'localhost')).resolves.toMatch(/^(127\.|::1)/);
  });

  test('a name of the outside world that leads to loopback is refused', async () => {
    await expect(resolve('http://hooks.example/', 'localhost')).rejects.toMatchObject({ name: 'AddressRefused' });
  });

  test('a name that leads to the metadata service is refused even for a loopback endpoint', async () => {
    await expect(resolve('http://localhost/', '169.254.169.254')).rejects.toMatchObject({ name: 'AddressRefused' });
  });
});
