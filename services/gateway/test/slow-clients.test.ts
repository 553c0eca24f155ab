/** A client that does nothing for a while costs the others nothing, and one that we keep waiting is not punished for it. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type ChunkBuffer, ChunkBufferPool } from '@needlestack/object-io';
import { SigningKeyCache, signRequest } from '@needlestack/s3-protocol';
import { RawConnection } from './support/raw-connection.ts';
import { ROOT, startTestStore, type TestStore } from './support/start-test-store.ts';

const IDLE_TIMEOUT_MS = 500;
const STALLED_READERS = 32;

let store: TestStore;
const body = randomBytes(12_000_000);

const sign = (method: string, rawPath: string, extra: Record<string, string> = {}): Record<string, string> =>
  signRequest(
    { method, rawPath, rawQuery: '', headers: { host: `127.0.0.1:${store.port}`, ...extra } },
    { credentials: ROOT, region: 'us-east-1', service: 's3', nowMs: Date.now(), keys: new SigningKeyCache() },
    'UNSIGNED-PAYLOAD',
  ).headers;

describe('with the usual timeouts', () => {
  beforeAll(async () => {
    store = await startTestStore();
    await store.client.call('PUT', '/bucket');
    await store.client.call('PUT', '/bucket/large', { body, payload: 'unsigned' });
  });
  afterAll(() => store.close());

  test('32 clients that ask for an object and do not read it do not stop another one', async () => {
    const stalled = await Promise.all(
      Array.from({ length: STALLED_READERS }, async () => {
        const socket = connect({ port: store.port, host: '127.0.0.1' });
        const lines = Object.entries(sign('GET', '/bucket/large')).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`GET /bucket/large HTTP/1.1\r\n${lines.join('')}\r\n`);
        // The first bytes have arrived, and nobody takes them.
        await once(socket, 'readable');
        return socket;
      }),
    );
    expect((await store.client.call('GET', '/bucket/large')).body.equals(body)).toBe(true);
    const [first] = stalled;
    let receivedBytes = 0;
    first?.on('data', (data: Buffer) => {
      receivedBytes += data.length;
      if (receivedBytes > body.length) first.emit('whole');
    });
    if (first !== undefined) await once(first, 'whole');
    for (const socket of stalled) socket.destroy();
  });

  test('uploads that stop in the middle do not stop another one', async () => {
    const stalled = await Promise.all(
      Array.from({ length: STALLED_READERS }, async (_, index) => {
        const connection = await RawConnection.open(store.port);
        const path = `/bucket/slow-${index}`;
        connection.sendHead('PUT', path, sign('PUT', path, { 'content-length': String(body.length) }));
        connection.send(body.subarray(0, index * 40_000));
        return connection;
      }),
    );
    expect((await store.client.call('PUT', '/bucket/quick', { body, payload: 'unsigned' })).status).toBe(200);
    const last = stalled.at(-1);
    last?.send(body.subarray((STALLED_READERS - 1) * 40_000));
    expect((await last?.readAnswer())?.status).toBe(200);
    const whole = await store.client.call('GET', `/bucket/slow-${STALLED_READERS - 1}`);
    expect(whole.body.equals(body)).toBe(true);
    for (const { socket } of stalled) socket.destroy();
  });
});

describe('with a short idle timeout', () => {
  const pool = new ChunkBufferPool({ bufferBytes: 5_000_000, buffersMax: 2 });
  const share = pool.share(2);
  beforeAll(async () => {
    store = await startTestStore({ idleTimeoutMs: IDLE_TIMEOUT_MS }, share);
    await store.client.call('PUT', '/bucket');
  });
  afterAll(() => store.close());

  /** Resolves when the server has cut a connection on which nothing ever moved. */
  const idleTimeoutPasses = async (): Promise<void> => {
    const connection = await RawConnection.open(store.port);
    await connection.ended();
  };

  test('an upload that waits for a buffer is not cut, one whose client is silent is', async () => {
    const held: ChunkBuffer[] = [await share.take(), await share.take()];
    const connection = await RawConnection.open(store.port);
    connection.sendHead('PUT', '/bucket/waits', sign('PUT', '/bucket/waits', { 'content-length': '1000000' }));
    connection.send(body.subarray(0, 1_000_000));
    await idleTimeoutPasses();
    await idleTimeoutPasses();
    await idleTimeoutPasses();
    for (const buffer of held) buffer.give();
    expect((await connection.readAnswer()).status).toBe(200);

    connection.sendHead('PUT', '/bucket/silent', sign('PUT', '/bucket/silent', { 'content-length': '1000000' }));
    connection.send(body.subarray(0, 10_000));
    await connection.ended();
    expect((await store.client.call('HEAD', '/bucket/silent')).status).toBe(404);
    expect(pool.inUse).toBe(0);
  });
});
