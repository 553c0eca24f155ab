import { describeClient, parseTrustedProxies } from './trusted-proxies.ts';

const proxies = parseTrustedProxies(['10.0.0.0/8', '::1']);
const client = (remoteAddress: string, headers: Record<string, string>, trusted = proxies) =>
  describeClient({ remoteAddress, isEncrypted: false, headers }, trusted);

test.each<[string, string, Record<string, string>, string, boolean]>([
  ['nobody in between', '192.0.2.1', {}, '192.0.2.1', false],
  ['a mapped address', '::ffff:192.0.2.1', {}, '192.0.2.1', false],
  [
    'a client that claims to be a proxy',
    '192.0.2.1',
    { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https' },
    '192.0.2.1',
    false,
  ],
  ['a proxy', '10.0.0.1', { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': 'https' }, '192.0.2.1', true],
  ['a client that lies to a proxy', '10.0.0.1', { 'x-forwarded-for': '1.2.3.4, 192.0.2.1' }, '192.0.2.1', false],
  ['two proxies', '::1', { 'x-forwarded-for': '192.0.2.1, 10.0.0.2', 'x-forwarded-proto': 'HTTPS' }, '192.0.2.1', true],
  ['only proxies', '10.0.0.1', { 'x-forwarded-for': '10.0.0.3' }, '10.0.0.3', false],
  ['nonsense', '10.0.0.1', { 'x-forwarded-for': 'unknown' }, '10.0.0.1', false],
])('%s', (_, remoteAddress, headers, sourceIp, isSecure) => {
  expect(client(remoteAddress, headers)).toEqual({ sourceIp, isSecure });
});

test('nobody is believed unless named', () => {
  expect(client('10.0.0.1', { 'x-forwarded-for': '1.2.3.4' }, [])).toEqual({ sourceIp: '10.0.0.1', isSecure: false });
  expect(() => parseTrustedProxies(['proxy.example.com'])).toThrow('"proxy.example.com" is neither');
});
