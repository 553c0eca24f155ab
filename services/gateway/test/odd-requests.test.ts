import { setImmediate } from 'node:timers/promises';
import { SigningKeyCache, signRequest } from '@needlestack/s3-protocol';
import { RawConnection } from './support/raw-connection.ts';
import { ROOT, startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
});
afterAll(() => store.close());

const keys = new SigningKeyCache();
const sign = (
  method: string,
  rawPath: string,
  headers: Record<string, string> = {},
  rawQuery = '',
): Record<string, string> =>
  signRequest(
    { method, rawPath, rawQuery, headers: { host: `127.0.0.1:${store.port}`, ...headers } },
    { credentials: ROOT, region: 'us-east-1', service: 's3', nowMs: Date.now(), keys },
    'UNSIGNED-PAYLOAD',
  ).headers;

const ask = async (method: string, target: string, headers: Record<string, string>, body = '') => {
  const connection = await RawConnection.open(store.port);
  connection.sendHead(method, target, headers);
  connection.send(body);
  const answer = await connection.readAnswer();
  connection.socket.destroy();
  return answer;
};

test.each(['/bucket/../other/key', '/bucket/a/./b', '/bucket/%2e%2e', '/bucket/..', '/bucket/%zz'])(
  'the path %s is refused and nothing is stored',
  async (path) => {
    const answer = await ask('PUT', path, { host: 'x', 'content-length': '1' }, 'x');
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<Code>InvalidURI</Code>');
  },
);

test('a path that begins with two slashes is a key, not a host', async () => {
  const answer = await ask('GET', '//bucket/key', sign('GET', '//bucket/key'));
  expect(answer.status).not.toBe(200);
  expect(answer.body).not.toContain('SignatureDoesNotMatch');
});

test('a request for two hosts is for none', async () => {
  const connection = await RawConnection.open(store.port);
  connection.send('GET /bucket/key HTTP/1.1\r\nHost: one\r\nHost: other\r\n\r\n');
  const answer = await connection.readAnswer();
  connection.socket.destroy();
  expect([answer.status, answer.body.includes('<Code>BadRequest</Code>')]).toEqual([400, true]);
});

describe('Expect', () => {
  test('100-continue invites only who may store', async () => {
    const connection = await RawConnection.open(store.port);
    connection.sendHead(
      'PUT',
      '/bucket/invited',
      sign('PUT', '/bucket/invited', { expect: '100-continue', 'content-length': '4' }),
    );
    expect((await connection.readAnswer()).status).toBe(100);
    connection.send('body');
    expect((await connection.readAnswer()).status).toBe(200);
    // The connection lives on.
    connection.sendHead('GET', '/bucket/invited', sign('GET', '/bucket/invited'));
    expect((await connection.readAnswer()).body).toBe('body');
    connection.socket.destroy();
  });

  test.each([
    [403, '/bucket/key', { host: 'x', expect: '100-continue', 'content-length': '4' }],
    [404, '/none/key', undefined],
    [412, '/bucket/invited', undefined],
  ] as const)('%d comes without reading the body', async (status, path, headers) => {
    const connection = await RawConnection.open(store.port);
    const extra: Record<string, string> = { expect: '100-continue', 'content-length': '1000000' };
    if (status === 412) extra['if-none-match'] = '*';
    connection.sendHead('PUT', path, headers ?? sign('PUT', path, extra));
    const answer = await connection.readAnswer();
    expect([answer.status, /^connection: close$/im.test(answer.head)]).toEqual([status, true]);
    // What comes behind may be the body that was announced: it is no request, whatever it looks like.
    connection.sendHead('PUT', '/bucket/smuggled', sign('PUT', '/bucket/smuggled', { 'content-length': '0' }));
    await connection.ended();
    expect((await ask('HEAD', '/bucket/smuggled', sign('HEAD', '/bucket/smuggled'))).status).toBe(404);
  });

  test('an unknown one is no obstacle', async () => {
    const headers = sign('PUT', '/bucket/expecting', { expect: 'more', 'content-length': '1' });
    expect((await ask('PUT', '/bucket/expecting', headers, 'x')).status).toBe(200);
  });
});

describe('sizes', () => {
  test('headers past 8 KiB, and past what the parser takes', async () => {
    const large = await ask('GET', '/bucket/key', sign('GET', '/bucket/key', { 'x-amz-meta-a': 'x'.repeat(9000) }));
    expect(large.status).toBe(400);
    expect(large.body).toContain('<Code>RequestHeaderSectionTooLarge</Code>');
    const huge = await ask('GET', '/bucket/key', { host: 'x', 'x-huge': 'x'.repeat(100_000) });
    expect(huge.status).toBe(400);
    expect(huge.body).toContain('<Code>RequestHeaderSectionTooLarge</Code>');
  });

  test('metadata past 2 KiB', async () => {
    const headers = sign('PUT', '/bucket/key', { 'x-amz-meta-a': 'x'.repeat(3000), 'content-length': '0' });
    expect((await ask('PUT', '/bucket/key', headers)).body).toContain('<Code>MetadataTooLarge</Code>');
  });

  test('a key past 1,024 bytes', async () => {
    const path = `/bucket/${'k'.repeat(1025)}`;
    expect((await ask('GET', path, sign('GET', path))).body).toContain('<Code>KeyTooLongError</Code>');
  });

  test('no length, or chunked without a decoded length', async () => {
    const chunked = sign('PUT', '/bucket/key', { 'transfer-encoding': 'chunked' });
    expect((await ask('PUT', '/bucket/key', chunked, '1\r\nx\r\n0\r\n\r\n')).status).toBe(411);
    expect((await ask('PUT', '/bucket/key', sign('PUT', '/bucket/key'))).status).toBe(411);
  });

  test('more than 5 GiB announced', async () => {
    const headers = sign('PUT', '/bucket/key', { 'content-length': String(5 * 1024 ** 3 + 1) });
    expect((await ask('PUT', '/bucket/key', headers)).body).toContain('<Code>EntityTooLarge</Code>');
  });

  test('a body shorter than announced stores nothing and keeps no buffer', async () => {
    for (const lengthBytes of [1000, 10_000_000]) {
      const connection = await RawConnection.open(store.port);
      connection.sendHead(
        'PUT',
        '/bucket/short',
        sign('PUT', '/bucket/short', { 'content-length': String(lengthBytes) }),
      );
      connection.send(Buffer.alloc(900));
      connection.socket.end();
      await connection.ended();
    }
    while (store.buffers.inUse > 0) await setImmediate();
    expect((await store.client.call('HEAD', '/bucket/short')).status).toBe(404);
  });
});

describe('an error while the client still sends', () => {
  test('reaches a client that sends a lot, then the connection closes', async () => {
    const connection = await RawConnection.open(store.port);
    connection.sendHead('PUT', '/bucket/key', { host: 'x', 'content-length': '4000000' });
    for (let piece = 0; piece < 40; piece++) connection.send(Buffer.alloc(100_000));
    const answer = await connection.readAnswer();
    expect([answer.status, /connection: close/i.test(answer.head)]).toEqual([403, true]);
    await connection.ended();
  });

  test('leaves the connection open when little is left', async () => {
    const connection = await RawConnection.open(store.port);
    connection.sendHead('PUT', '/bucket/key', { host: 'x', 'content-length': '5000' });
    connection.send(Buffer.alloc(5000));
    expect((await connection.readAnswer()).status).toBe(403);
    connection.sendHead('HEAD', '/bucket', sign('HEAD', '/bucket'));
    expect((await connection.readAnswer()).status).toBe(200);
    connection.socket.destroy();
  });
});

test('preflights', async () => {
  expect((await ask('OPTIONS', '/bucket/key', { host: 'x' })).status).toBe(400);
  const refused = await ask('OPTIONS', '/bucket/key', {
    host: 'x',
    origin: 'http://a',
    'access-control-request-method': 'PUT',
  });
  expect([refused.status, refused.body.includes('<Method>PUT</Method>')]).toEqual([403, true]);
});

test('nonsense instead of a request', async () => {
  const connection = await RawConnection.open(store.port);
  connection.send('nonsense\r\n\r\n');
  expect((await connection.readAnswer()).status).toBe(400);
  await connection.ended();
});

test('a request with bytes behind it that are none has its answer all the same, and the connection no other', async () => {
  const connection = await RawConnection.open(store.port);
  const headers = sign('PUT', '/bucket/short', { 'x-amz-checksum-crc32': 'dv+Mqg==', 'content-length': '2' });
  connection.sendHead('PUT', '/bucket/short', headers);
  connection.send('bar');
  connection.send('more');
  const answer = await connection.readAnswer();
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('<Code>BadDigest</Code>');
  await connection.ended();
});
