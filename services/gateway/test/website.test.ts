/** Buckets as websites, on a port of their own and below a domain of the S3 port. Nobody signs; a policy lets everyone read. */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

interface Page {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const CONFIGURATION =
  `<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><ErrorDocument><Key>error.html</Key></ErrorDocument>
  <RoutingRules>
    <RoutingRule><Condition><KeyPrefixEquals>old/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>new/</ReplaceKeyPrefixWith></Redirect></RoutingRule>
    <RoutingRule><Condition><KeyPrefixEquals>gone/</KeyPrefixEquals><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition>
      <Redirect><HostName>archive.example</HostName><Protocol>https</Protocol><HttpRedirectCode>307</HttpRedirectCode></Redirect></RoutingRule>
  </RoutingRules></WebsiteConfiguration>`.replaceAll(/>\s+</g, '><');
const readable = (bucket: string, ...actions: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: actions,
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      },
    ],
  });

let store: TestStore;

const browse = (
  host: string,
  path: string,
  options: { method?: string; headers?: Record<string, string>; port?: number } = {},
) =>
  new Promise<Page>((resolve, reject) => {
    const { method = 'GET', headers = {}, port = store.websitePort } = options;
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers: { host, ...headers }, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.end();
  });

const makeSite = async (bucket: string, policy: string, configuration: string): Promise<void> => {
  const { client } = store;
  await client.call('PUT', `/${bucket}`);
  await client.call('DELETE', `/${bucket}`, { query: 'publicAccessBlock' });
  expect((await client.call('PUT', `/${bucket}`, { query: 'policy', body: policy })).status).toBe(204);
  expect((await client.call('PUT', `/${bucket}`, { query: 'website', body: configuration })).status).toBe(200);
};

beforeAll(async () => {
  store = await startTestStore({ websitePort: 0, websiteDomains: ['site.example'] });
  const { client } = store;
  await makeSite('www.example.com', readable('www.example.com', 's3:GetObject', 's3:ListBucket'), CONFIGURATION);
  await makeSite(
    'unlisted',
    readable('unlisted', 's3:GetObject'),
    '<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument></WebsiteConfiguration>',
  );
  await makeSite(
    'moved',
    readable('moved', 's3:GetObject'),
    '<WebsiteConfiguration><RedirectAllRequestsTo><HostName>other.example</HostName></RedirectAllRequestsTo></WebsiteConfiguration>',
  );
  await client.call('PUT', '/no-site');
  const html = { 'content-type': 'text/html' };
  for (const [key, body] of [
    ['index.html', 'home'],
    ['docs/index.html', 'docs'],
    ['error.html', 'sorry'],
    ['a b/ü.txt', 'unicode'],
  ] as const) {
    await client.call('PUT', ['www.example.com', key], { body, headers: html });
  }
  await client.call('PUT', '/www.example.com/jump', {
    body: 'x',
    headers: { 'x-amz-website-redirect-location': '/docs/' },
  });
});
afterAll(() => store.close());

const HOST = 'www.example.com';

describe('pages', () => {
  test.each([
    ['/', 200, 'home'],
    ['/index.html', 200, 'home'],
    ['/docs/', 200, 'docs'],
    ['/?x=1&list-type=2', 200, 'home'],
    ['/a%20b/%C3%BC.txt', 200, 'unicode'],
  ])('%s is %i %s', async (path, status, text) => {
    const page = await browse(HOST, path);
    expect([page.status, page.text, page.headers['content-type']]).toEqual([status, text, 'text/html']);
  });

  test('HEAD, conditions and ranges are those of objects', async () => {
    const head = await browse(HOST, '/', { method: 'HEAD' });
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '4']);
    const { etag = '' } = head.headers;
    expect((await browse(HOST, '/', { headers: { 'if-none-match': etag } })).status).toBe(304);
    const range = await browse(HOST, '/', { headers: { range: 'bytes=1-2' } });
    expect([range.status, range.text]).toEqual([206, 'om']);
  });

  test('below a domain the first label is the bucket, on both ports', async () => {
    for (const port of [store.websitePort, store.port]) {
      expect((await browse('www.example.com.site.example', '/docs/', { port })).text).toBe('docs');
    }
  });
});

describe('redirects', () => {
  test.each([
    [HOST, '/old/x%20y', 301, 'http://www.example.com/new/x%20y'],
    [HOST, '/gone/1', 307, 'https://archive.example/gone/1'],
    [HOST, '/docs', 302, '/docs/'],
    [HOST, '/jump', 301, '/docs/'],
    ['moved', '/a/b?c', 301, 'http://other.example/a/b'],
  ])('%s%s: %i %s', async (host, path, status, location) => {
    const page = await browse(host, path);
    expect([page.status, page.headers.location, page.text]).toEqual([status, location, '']);
  });
});

describe('what goes wrong', () => {
  test('shows the error document of the site, with the status', async () => {
    const page = await browse(HOST, '/missing', { headers: { range: 'bytes=0-1' } });
    expect([page.status, page.text, page.headers['x-amz-error-code']]).toEqual([404, 'sorry', 'NoSuchKey']);
    const head = await browse(HOST, '/missing', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([404, '']);
  });

  test('pages and error documents may be encrypted', async () => {
    const { client } = store;
    const headers = { 'x-amz-server-side-encryption': 'AES256', 'content-type': 'text/html' };
    await makeSite('sealed', readable('sealed', 's3:GetObject', 's3:ListBucket'), CONFIGURATION);
    await client.call('PUT', '/sealed/index.html', { body: 'sealed page', headers });
    await client.call('PUT', '/sealed/error.html', { body: 'sealed excuse', headers });
    expect(
      [await browse('sealed', '/'), await browse('sealed', '/x')].map(({ status, text }) => [status, text]),
    ).toEqual([
      [200, 'sealed page'],
      [404, 'sealed excuse'],
    ]);
  });

  test.each([
    ['unlisted', '/missing', 403, 'AccessDenied'],
    ['no-site', '/', 404, 'NoSuchWebsiteConfiguration'],
    ['nobody', '/', 404, 'NoSuchBucket'],
    [HOST, '/../x', 400, 'InvalidURI'],
  ])('%s%s: a page that says %i %s', async (host, path, status, code) => {
    const page = await browse(host, path);
    expect([page.status, page.headers['content-type']]).toEqual([
      status,
      status === 400 ? 'application/xml' : 'text/html; charset=utf-8',
    ]);
    expect(page.text).toContain(code);
  });

  test('an error document that cannot be read is said so', async () => {
    await makeSite(
      'broken',
      readable('broken', 's3:GetObject', 's3:ListBucket'),
      '<WebsiteConfiguration><IndexDocument><Suffix>i</Suffix></IndexDocument><ErrorDocument><Key>nowhere</Key></ErrorDocument></WebsiteConfiguration>',
    );
    const page = await browse('broken', '/x');
    expect(page.status).toBe(404);
    expect(page.text).toContain('An Error Occurred While Attempting to Retrieve a Custom Error Document');
  });

  test('nothing but reading is done here', async () => {
    for (const method of ['PUT', 'POST', 'DELETE']) {
      const page = await browse(HOST, '/index.html', { method });
      expect([page.status, page.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    }
    expect((await browse(HOST, '/')).text).toBe('home');
  });

  test('without a policy nobody reads', async () => {
    await store.client.call('DELETE', '/unlisted', { query: 'policy' });
    expect((await browse('unlisted', '/')).status).toBe(403);
  });
});

test('pages of other origins are let in by the rules of the bucket', async () => {
  const cors =
    '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>';
  await store.client.call('PUT', `/${HOST}`, { query: 'cors', body: cors });
  const origin = { origin: 'http://app.example' };
  expect((await browse(HOST, '/', { headers: origin })).headers['access-control-allow-origin']).toBe('*');
  expect((await browse(HOST, '/missing', { headers: origin })).headers['access-control-allow-origin']).toBe('*');
  const asked = await browse(HOST, '/', {
    method: 'OPTIONS',
    headers: { ...origin, 'access-control-request-method': 'GET' },
  });
  expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([200, '*']);
});
