/** Pages of other origins: preflights, and the headers on every answer of a bucket that lets them in. */
import { startTestStore, type TestStore } from './support/start-test-store.ts';

const PAGE = 'https://app.example';
const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';
const RULES = `<CORSConfiguration>
  <CORSRule><AllowedOrigin>${PAGE}</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod>
    <AllowedHeader>x-amz-*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds></CORSRule>
  <CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>
</CORSConfiguration>`;

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  for (const name of ['open', 'closed']) await store.client.call('PUT', `/${name}`);
  await store.client.call('PUT', '/open', { query: 'cors', body: RULES });
  await store.client.call('PUT', '/open/key', { body: 'bytes' });
});
afterAll(() => store.close());

/** Without signature, as browsers ask. */
const preflight = (path: string, headers: Readonly<Record<string, string>>) =>
  store.client.send('OPTIONS', path, headers);

describe('preflight', () => {
  test('is answered by the first rule that allows all of it', async () => {
    const answer = await preflight('/open/key', {
      origin: PAGE,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'X-Amz-Date, x-amz-acl',
    });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT, GET',
      'access-control-allow-headers': 'x-amz-date, x-amz-acl',
      'access-control-expose-headers': 'ETag',
      'access-control-max-age': '60',
      'access-control-allow-credentials': 'true',
      vary: VARY,
    });
  });

  test('the star lets everybody in, without credentials', async () => {
    const answer = await preflight('/open/missing', { origin: 'http://x', 'access-control-request-method': 'GET' });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, '*']);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  test.each([
    ['/open/key', { 'access-control-request-method': 'GET' }, 400, 'BadRequest', 'Origin request header needed'],
    ['/open/key', { origin: PAGE }, 400, 'BadRequest', 'Invalid Access-Control-Request-Method: null'],
    ['/open/key', { origin: PAGE, 'access-control-request-method': 'BREW' }, 400, 'BadRequest', 'BREW'],
    ['/open/key', { origin: PAGE, 'access-control-request-method': 'DELETE' }, 403, 'AccessForbidden', 'not allowed'],
    [
      '/open/key',
      { origin: PAGE, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' },
      403,
      'AccessForbidden',
      'not allowed',
    ],
    [
      '/open',
      { origin: 'http://x', 'access-control-request-method': 'PUT' },
      403,
      'AccessForbidden',
      '<ResourceType>BUCKET',
    ],
    [
      '/closed/key',
      { origin: PAGE, 'access-control-request-method': 'GET' },
      403,
      'AccessForbidden',
      'CORS is not enabled',
    ],
    [
      '/missing/key',
      { origin: PAGE, 'access-control-request-method': 'GET' },
      403,
      'AccessForbidden',
      'Bucket not found',
    ],
    ['/', { origin: PAGE, 'access-control-request-method': 'GET' }, 403, 'AccessForbidden', 'Bucket not found'],
  ])('%s %j: %i %s', async (path, headers, status, code, text) => {
    const answer = await preflight(path, Object.fromEntries(Object.entries(headers)));
    expect(answer).toMatchObject({ status, code });
    expect(answer.text).toContain(text);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('answers', () => {
  const ask = (method: string, path: string, origin: string) =>
    store.client.call(method, path, { headers: { origin }, ...(method === 'PUT' ? { body: 'x' } : undefined) });

  test('of requests that a rule allows let the page in', async () => {
    for (const method of ['GET', 'PUT']) {
      const answer = await ask(method, '/open/key', PAGE);
      expect([answer.status, answer.headers['access-control-allow-origin'], answer.headers.vary]).toEqual([
        200,
        PAGE,
        VARY,
      ]);
    }
    expect((await ask('GET', '/open/key', 'http://x')).headers['access-control-allow-origin']).toBe('*');
    expect((await ask('GET', '/open', 'http://x')).headers['access-control-allow-origin']).toBe('*');
  });

  test('a request that names a method is answered for that one', async () => {
    const named = (method: string) =>
      store.client.call('PUT', '/open/other', {
        body: 'x',
        headers: { origin: 'http://x', 'access-control-request-method': method },
      });
    expect((await named('GET')).headers['access-control-allow-origin']).toBe('*');
    expect((await named('PUT')).headers['access-control-allow-origin']).toBeUndefined();
  });

  test('of refusals too, signed or not', async () => {
    const missing = await ask('GET', '/open/missing', PAGE);
    expect([missing.status, missing.headers['access-control-allow-origin']]).toEqual([404, PAGE]);
    const unsigned = await store.client.send('GET', '/open/key', { origin: PAGE });
    expect([unsigned.status, unsigned.headers['access-control-allow-origin']]).toEqual([403, PAGE]);
    const cached = await store.client.call('GET', '/open/key', { headers: { origin: PAGE, 'if-none-match': '*' } });
    expect([cached.status, cached.headers['access-control-allow-origin']]).toEqual([304, PAGE]);
  });

  test.each([
    ['HEAD', '/open/key', PAGE],
    ['DELETE', '/open/other', PAGE],
    ['PUT', '/open/other', 'http://x'],
    ['PUT', '/closed/key', PAGE],
    ['GET', '/', PAGE],
    ['GET', '/missing', PAGE],
  ])('%s %s from %s says nothing of origins', async (method, path, origin) => {
    const answer = await ask(method, path, origin);
    expect([answer.headers['access-control-allow-origin'], answer.headers.vary]).toEqual([undefined, undefined]);
  });

  test('without Origin there is nothing to say', async () => {
    const answer = await store.client.call('GET', '/open/key');
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, undefined]);
  });

  test('rules count from the moment they are set until they are taken off', async () => {
    const { client } = store;
    const originOf = async () =>
      (await client.call('GET', '/closed', { headers: { origin: PAGE } })).headers['access-control-allow-origin'];
    expect(await originOf()).toBeUndefined();
    await client.call('PUT', '/closed', { query: 'cors', body: RULES });
    expect(await originOf()).toBe(PAGE);
    await client.call('PUT', '/closed', { query: 'cors', body: RULES.replaceAll(PAGE, 'https://b.example') });
    expect(await originOf()).toBe('*');
    await client.call('DELETE', '/closed', { query: 'cors' });
    expect(await originOf()).toBeUndefined();
  });
});
