/** What the gateway passes on: tables, events, queries; and what it says of itself. */
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { decodeInternalIdentity, INTERNAL_IDENTITY_HEADER } from '@needlestack/access-control';
import { endFrame, recordsFrame, SigningKeyCache, signRequest } from '@needlestack/s3-protocol';
import { SelectError, type SelectRequest } from '@needlestack/service-contracts';
import { RawConnection } from './support/raw-connection.ts';
import { ROOT, startTestStore, type TestStore } from './support/start-test-store.ts';

interface Proxied {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const proxied: Proxied[] = [];
const selected: SelectRequest[] = [];
let catalogHttp: Server;
let store: TestStore;

beforeAll(async () => {
  catalogHttp = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    if (body === 'cut') {
      request.socket.destroy();
      return;
    }
    proxied.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
    response.writeHead(200, { 'content-type': 'application/json', 'x-own': 'kept' }).end('{"answer":9007199254740993}');
  });
  catalogHttp.listen(0, '127.0.0.1');
  await once(catalogHttp, 'listening');
  const address = catalogHttp.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  store = await startTestStore({
    catalogHttpUrl: `http://127.0.0.1:${address.port}`,
    notify: {
      listTargets: async () => [
        { targetId: '1:webhook', arn: 'arn:needlestack:sqs:us-east-1:1:webhook', state: 'online' },
      ],
    },
    select: {
      async *select(request) {
        selected.push(request);
        if (request.expression === 'broken') throw new SelectError('ParseUnexpectedToken', 'no query', 400);
        yield recordsFrame(Buffer.from('a,b\n'));
        yield endFrame();
      },
    },
  });
  await store.client.call('PUT', '/bucket');
  await store.client.call('PUT', '/bucket/key', { body: 'a,b\n' });
});
afterAll(async () => {
  await store.close();
  catalogHttp.close();
  catalogHttp.closeAllConnections();
});

describe('table doors', () => {
  /** Signs `signedPath` and sends `rawPath`. */
  const call = (
    method: string,
    rawPath: string,
    body: string,
    options: { signedPath?: string; headers?: Record<string, string> } = {},
  ) => {
    const { headers } = signRequest(
      {
        method,
        rawPath: options.signedPath ?? rawPath,
        rawQuery: '',
        headers: { host: `127.0.0.1:${store.port}`, ...options.headers },
      },
      { credentials: ROOT, region: 'us-east-1', service: 's3tables', nowMs: Date.now(), keys: new SigningKeyCache() },
      hash('sha256', body, 'hex'),
    );
    return store.client.send(method, rawPath, { ...headers, 'content-length': String(body.length) }, [
      Buffer.from(body),
    ]);
  };

  test('a connection that breaks after a commit was sent leaves the outcome unknown', async () => {
    const broken = await call('POST', '/iceberg/v1/bucket/namespaces/a/tables/t', 'cut');
    expect(broken.status).toBe(502);
    expect(JSON.parse(String(broken.body))).toMatchObject({
      error: { type: 'CommitStateUnknownException', code: 502 },
    });
  });

  test('pass on raw path, body and who asks; nothing that the client says of itself', async () => {
    const answer = await call('POST', '/iceberg/v1/bucket/namespaces/a%1Fb%2Fc', '{"n":9007199254740993}', {
      headers: { [INTERNAL_IDENTITY_HEADER]: 'forged', 'x-forwarded-host': 'forged' },
    });
    expect([answer.status, answer.text, answer.headers['x-own']]).toEqual([200, '{"answer":9007199254740993}', 'kept']);
    const request = proxied.pop();
    expect(request).toMatchObject({
      method: 'POST',
      url: '/iceberg/v1/bucket/namespaces/a%1Fb%2Fc',
      body: '{"n":9007199254740993}',
    });
    expect(request?.headers['x-forwarded-host']).toBe(`127.0.0.1:${store.port}`);
    const header = request?.headers[INTERNAL_IDENTITY_HEADER];
    const identity = decodeInternalIdentity(typeof header === 'string' ? header : undefined, 'internal', Date.now());
    expect(identity?.principal.name).toBe('root');
    expect(identity?.principal.permissions.everywhere.has('Admin')).toBe(true);
  });

  test('take a path that was signed escaped twice', async () => {
    const answer = await call('GET', '/_iceberg/v1/bucket/namespaces/a%1Fb', '', {
      signedPath: '/_iceberg/v1/bucket/namespaces/a%251Fb',
    });
    expect(answer.status).toBe(200);
    expect(proxied.pop()?.url).toBe('/_iceberg/v1/bucket/namespaces/a%1Fb');
  });

  test('refuse in the shape of Iceberg', async () => {
    const anonymous = await store.client.send('GET', '/iceberg/v1/config?warehouse=bucket');
    expect([anonymous.status, JSON.parse(anonymous.text)]).toEqual([
      401,
      { error: { message: 'The request is not signed.', type: 'NotAuthorizedException', code: 401 } },
    ]);
    const wrong = await call('GET', '/iceberg/v1/config', '', { signedPath: '/iceberg/v1/other' });
    expect([wrong.status, JSON.parse(wrong.text).error.type]).toEqual([403, 'ForbiddenException']);
    expect((await call('GET', '/iceberg/v1/../../bucket', '')).status).toBe(400);
    expect(proxied).toEqual([]);
  });
});

describe('notification rules', () => {
  const document = (arn: string): string =>
    `<NotificationConfiguration><QueueConfiguration><Id>one</Id><Queue>${arn}</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>in/</Value></FilterRule></S3Key></Filter></QueueConfiguration></NotificationConfiguration>`;
  const put = (body: string) => store.client.call('PUT', '/bucket', { query: 'notification', body });

  test('are kept, shown, and write events; an empty document removes them', async () => {
    expect((await put(document('arn:needlestack:sqs::1:webhook'))).status).toBe(200);
    const get = await store.client.call('GET', '/bucket', { query: 'notification' });
    expect(get.text).toContain(
      '<Id>one</Id><Queue>arn:needlestack:sqs::1:webhook</Queue><Event>s3:ObjectCreated:*</Event>',
    );
    await store.client.call('PUT', '/bucket/in/1', { body: 'x' });
    const { rows } = await store.catalog.readOutbox({ fromSeq: 0n, maxRows: 10, waitMs: 0 });
    expect(rows.map((row) => (row.change.kind === 'object' ? row.change.event.eventName : row.change.kind))).toEqual([
      'rules',
      'ObjectCreated:Put',
    ]);
    expect((await put('<NotificationConfiguration/>')).status).toBe(200);
    expect((await store.client.call('GET', '/bucket', { query: 'notification' })).text).not.toContain('<Id>');
  });

  test.each([
    ['MalformedXML', '<NotificationConfiguration><X/></NotificationConfiguration>'],
    ['InvalidArgument', document('arn:needlestack:sqs::2:webhook')],
  ])('%s', async (code, body) => {
    expect(await put(body)).toMatchObject({ status: 400, code });
  });
});

describe('select', () => {
  const call = (expression: string) =>
    store.client.call('POST', '/bucket/key', {
      query: 'select&select-type=2',
      body: `<SelectObjectContentRequest><Expression>${expression}</Expression><ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>`,
    });

  test('relays frames', async () => {
    const answer = await call('SELECT * FROM S3Object');
    expect(answer.status).toBe(200);
    expect(answer.body.equals(Buffer.concat([recordsFrame(Buffer.from('a,b\n')), endFrame()]))).toBe(true);
    expect(selected[0]?.object.sizeBytes).toBe(4);
  });

  test('answers a refusal as an error document', async () => {
    expect(await call('broken')).toMatchObject({ status: 400, code: 'ParseUnexpectedToken' });
  });
});

describe('the gateway itself', () => {
  test('health, readiness, metrics', async () => {
    expect((await store.client.send('GET', '/-/healthz')).text).toBe('ok\n');
    expect((await store.client.send('GET', '/-/readyz')).status).toBe(200);
    const metrics = (await store.client.send('GET', '/-/metrics')).text;
    expect(metrics).toContain(
      'needlestack_s3_requests_total{operation="CreateBucket",status="200",service="gateway"} 1',
    );
    expect((await store.client.send('GET', '/-/other')).status).toBe(404);
  });

  test('a refused write of a volume is no success, and is retried elsewhere', async () => {
    const { VolumeError } = await import('@needlestack/service-contracts');
    store.volumes.writeFailure = new VolumeError('no-space', 'the disk is full');
    expect(await store.client.call('PUT', '/bucket/full', { body: 'x' })).toMatchObject({
      status: 503,
      code: 'ServiceUnavailable',
    });
    store.volumes.writeFailure = undefined;
    expect((await store.client.call('HEAD', '/bucket/full')).status).toBe(404);
    expect((await store.client.call('PUT', '/bucket/full', { body: 'x' })).status).toBe(200);
  });

  test('a needle that is gone is an error, not an empty answer', async () => {
    await store.client.call('PUT', '/bucket/lost', { body: 'x' });
    const kept = new Map(store.volumes.needles);
    store.volumes.needles.clear();
    expect(await store.client.call('GET', '/bucket/lost')).toMatchObject({ status: 500, code: 'InternalError' });
    for (const [key, value] of kept) store.volumes.needles.set(key, value);
  });
});

test('more requests than may be served at once are told to slow down', async () => {
  const narrow = await startTestStore({ maxRequestsInFlight: 1 });
  await narrow.client.call('PUT', '/bucket');
  const connection = await RawConnection.open(narrow.port);
  const { headers } = signRequest(
    {
      method: 'PUT',
      rawPath: '/bucket/slow',
      rawQuery: '',
      headers: { host: `127.0.0.1:${narrow.port}`, expect: '100-continue', 'content-length': '4' },
    },
    { credentials: ROOT, region: 'us-east-1', service: 's3', nowMs: Date.now(), keys: new SigningKeyCache() },
    'UNSIGNED-PAYLOAD',
  );
  connection.sendHead('PUT', '/bucket/slow', headers);
  expect((await connection.readAnswer()).status).toBe(100);
  expect(await narrow.client.call('GET', '/')).toMatchObject({ status: 503, code: 'SlowDown' });
  connection.send('body');
  expect((await connection.readAnswer()).status).toBe(200);
  expect((await narrow.client.call('GET', '/bucket/slow')).text).toBe('body');
  connection.socket.destroy();
  await narrow.close();
});

test('closing lets requests finish', async () => {
  const other = await startTestStore();
  await other.client.call('PUT', '/bucket');
  const body = Buffer.alloc(3_000_000, 7);
  const upload = other.client.call('PUT', '/bucket/late', { body, payload: 'unsigned' });
  const closing = other.close();
  const outcome = await upload.then(
    (answer) => answer.status,
    () => 'refused before it began',
  );
  expect([200, 'refused before it began']).toContain(outcome);
  await closing;
});
