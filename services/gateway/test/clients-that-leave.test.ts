/** Nothing may wait for a client that has gone: not a request, not a buffer, not a permit. */
import { once } from 'node:events';
import { SigningKeyCache, signRequest } from '@needlestack/s3-protocol';
import type { CatalogPort } from '@needlestack/service-contracts';
import { createLogger } from '@needlestack/service-kit';
import { RawConnection } from './support/raw-connection.ts';
import { ROOT, startTestStore, type TestStore } from './support/start-test-store.ts';

/** Holds calls of the catalog back until it is opened. */
class Gate {
  #opened = Promise.withResolvers<void>();
  readonly reached = Promise.withResolvers<void>();
  isClosed = false;

  async pass(): Promise<void> {
    if (!this.isClosed) return;
    this.reached.resolve();
    await this.#opened.promise;
  }

  open(): void {
    this.isClosed = false;
    this.#opened.resolve();
  }
}

let real: TestStore;
let gate: Gate;
let store: TestStore;
beforeAll(async () => {
  real = await startTestStore();
  const catalog: CatalogPort = {
    ...real.catalog,
    getBucket: async (name) => {
      await gate.pass();
      return real.catalog.getBucket(name);
    },
  };
  gate = new Gate();
  store = await startTestStore({
    catalog,
    select: {
      // biome-ignore lint/correctness/useYield: a query that finds nothing until its client leaves
      async *select(_request, signal) {
        if (!signal.aborted) await once(signal, 'abort');
        throw signal.reason;
      },
    },
  });
  await store.client.call('PUT', '/bucket');
  await store.client.call('PUT', '/bucket/large', { body: Buffer.alloc(9_000_000), payload: 'unsigned' });
});
afterAll(async () => {
  await store.close();
  await real.close();
});
beforeEach(() => {
  gate = new Gate();
});

const sendSigned = async (
  method: string,
  rawPath: string,
  extra: Record<string, string> = {},
  rawQuery = '',
): Promise<RawConnection> => {
  const { headers } = signRequest(
    { method, rawPath, rawQuery, headers: { host: `127.0.0.1:${store.port}`, ...extra } },
    { credentials: ROOT, region: 'us-east-1', service: 's3', nowMs: Date.now(), keys: new SigningKeyCache() },
    'UNSIGNED-PAYLOAD',
  );
  const connection = await RawConnection.open(store.port);
  connection.sendHead(method, rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`, headers);
  return connection;
};

/** Asks the metrics until no request is in flight. */
const quiet = async (): Promise<void> => {
  for (;;) {
    const metrics = (await store.client.send('GET', '/-/metrics')).text;
    if (metrics.includes('needlestack_s3_requests_in_flight{service="gateway"} 0')) return;
  }
};

test.each(['10', '9000000'])('before a body of %s bytes was asked for', async (length) => {
  gate.isClosed = true;
  const connection = await sendSigned('PUT', '/bucket/never', { 'content-length': length });
  connection.send('12345');
  await gate.reached.promise;
  connection.socket.resetAndDestroy();
  await once(connection.socket, 'close');
  // The gateway has seen the reset once it answers a connection made after it.
  await store.client.send('GET', '/-/healthz');
  gate.open();
  await quiet();
  expect(store.buffers.inUse).toBe(0);
  expect((await store.client.call('HEAD', '/bucket/never')).status).toBe(404);
});

test('after its whole body arrived but before it was read', async () => {
  gate.isClosed = true;
  const connection = await sendSigned('PUT', '/bucket/perhaps', { 'content-length': '5' });
  connection.send('12345');
  await gate.reached.promise;
  connection.socket.resetAndDestroy();
  await once(connection.socket, 'close');
  await store.client.send('GET', '/-/healthz');
  gate.open();
  await quiet();
  expect(store.buffers.inUse).toBe(0);
});

test('in the middle of an answer', async () => {
  const connection = await sendSigned('GET', '/bucket/large');
  await once(connection.socket, 'data');
  connection.socket.resetAndDestroy();
  await quiet();
  expect(store.buffers.inUse).toBe(0);
});

test('with a second answer waiting behind the first on its connection', async () => {
  const connection = await sendSigned('GET', '/bucket/large');
  const { headers } = signRequest(
    { method: 'GET', rawPath: '/bucket/large', rawQuery: '', headers: { host: `127.0.0.1:${store.port}` } },
    { credentials: ROOT, region: 'us-east-1', service: 's3', nowMs: Date.now(), keys: new SigningKeyCache() },
    'UNSIGNED-PAYLOAD',
  );
  connection.sendHead('GET', '/bucket/large', headers);
  connection.socket.pause();
  while (!(await store.client.send('GET', '/-/metrics')).text.includes('in_flight{service="gateway"} 2'));
  connection.socket.resetAndDestroy();
  await quiet();
  expect(store.buffers.inUse).toBe(0);
});

test('while a query runs', async () => {
  const document =
    '<SelectObjectContentRequest><Expression>x</Expression><ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization><OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>';
  const connection = await sendSigned(
    'POST',
    '/bucket/large',
    { 'content-length': String(document.length) },
    'select&select-type=2',
  );
  connection.send(document);
  await store.client.send('GET', '/-/healthz');
  connection.socket.resetAndDestroy();
  await quiet();
});

describe('in the log', () => {
  const lines: { readonly level: string; readonly msg: string }[] = [];
  const stream = { write: (line: string) => lines.push(JSON.parse(line)) };
  const logOf = async (requests: number): Promise<readonly string[]> => {
    const ends = (): string[] =>
      lines.filter(({ msg }) => /^(?:the client left|failed)$/.test(msg)).map(({ level }) => level);
    while (ends().length < requests) await watched.client.send('GET', '/-/healthz');
    return ends();
  };
  let watched: TestStore;
  beforeAll(async () => {
    const logger = createLogger({ service: 'gateway', verbosity: 1, stream });
    watched = await startTestStore({ logger, idleTimeoutMs: 500 });
    await watched.client.call('PUT', '/bucket');
    await watched.client.call('PUT', '/bucket/large', { body: Buffer.alloc(9_000_000), payload: 'unsigned' });
  });
  afterAll(() => watched.close());
  beforeEach(() => {
    lines.length = 0;
  });
  const ask = async (): Promise<RawConnection> => {
    const connection = await RawConnection.open(watched.port);
    connection.sendHead('GET', '/bucket/large', watched.client.signHeaders('GET', '/bucket/large', {}));
    await once(connection.socket, 'data');
    connection.socket.pause();
    return connection;
  };

  test('who goes in the middle of an answer is no failure of ours', async () => {
    for (let index = 0; index < 8; index++) (await ask()).socket.resetAndDestroy();
    expect(new Set(await logOf(8))).toEqual(new Set(['debug']));
  });

  test('neither is who does not take the answer and is cut: the write under way fails first', async () => {
    const connection = await ask();
    expect(await logOf(1)).toEqual(['debug']);
    connection.socket.destroy();
  });
});
