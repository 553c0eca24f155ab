import { connect, type Socket } from 'node:net';
import { FakeMaster } from '../support/fake-master.ts';
import { send } from '../support/raw-http.ts';
import { until } from '../support/replicas.ts';
import { startTestService, startWithVolume, type TestService } from '../support/start-test-service.ts';

const FID = '/1,0123456789';
const LIMIT_BYTES = 1_000;
/** More than the buffers of two sockets hold, so that a client who does not read keeps the answer under way. */
const LARGE_BYTES = 24 * 2 ** 20;

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A connection on which the test writes and reads as it likes. */
async function open(service: TestService, request: string): Promise<Socket> {
  const socket = connect(service.httpPort, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.write(request, () => resolve()));
  return socket;
}

/** An upload of which only the head arrives, as one that is slow. */
function beginUpload(service: TestService, path: string, bytes: number): Promise<Socket> {
  return open(service, `PUT ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`);
}

/** A download whose first bytes arrive, and of which no more are read. */
async function beginDownload(service: TestService, path: string): Promise<Socket> {
  const socket = await open(service, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await new Promise<void>((resolve) => {
    socket.once('data', () => {
      socket.pause();
      resolve();
    });
  });
  return socket;
}

test('uploads over the limit wait, then get 429; copies for other servers never wait', async () => {
  const service = await startWithVolume({ uploadsUnderWayBytesMax: LIMIT_BYTES, uploadWaitMs: 50 });
  await beginUpload(service, FID, LIMIT_BYTES + 1);
  const refused = await send(service.url, 'PUT', '/1,0223456789', {}, 'x');
  expect({ status: refused.status, body: refused.body.toString() }).toEqual({
    status: 429,
    body: '{"error":"reject because inflight upload data 1001 > 1000, and wait timeout"}',
  });
  expect((await send(service.url, 'PUT', '/1,0323456789?type=replicate', {}, 'x')).status).toBe(201);
});

test('an upload that waits goes on when the one before it has ended', async () => {
  const service = await startWithVolume({ uploadsUnderWayBytesMax: LIMIT_BYTES, uploadWaitMs: 60_000 });
  const first = await beginUpload(service, FID, LIMIT_BYTES + 1);
  const second = send(service.url, 'PUT', '/1,0223456789', {}, 'x');
  await new Promise((resolve) => first.write(Buffer.alloc(LIMIT_BYTES + 1), resolve));
  expect((await second).status).toBe(201);
});

test('a client that goes away gives its room back', async () => {
  const service = await startWithVolume({ uploadsUnderWayBytesMax: LIMIT_BYTES, uploadWaitMs: 60_000 });
  const first = await beginUpload(service, FID, LIMIT_BYTES + 1);
  const second = send(service.url, 'PUT', '/1,0223456789', {}, 'x');
  first.destroy();
  expect((await second).status).toBe(201);
});

test('a download counts until its last byte is taken: others wait, then get 429', async () => {
  const service = await startWithVolume({ downloadsUnderWayBytesMax: LIMIT_BYTES, downloadWaitMs: 50 });
  await send(service.url, 'PUT', FID, {}, Buffer.alloc(LARGE_BYTES, 1));
  const first = await beginDownload(service, FID);
  const refused = await send(service.url, 'GET', FID);
  expect(refused.status).toBe(429);
  expect(JSON.parse(refused.body.toString()).error).toMatch(/^request \/1,0123456789 because inflight download data/);
  expect((await send(service.url, 'GET', '/1x,0123456789')).status).toBe(400);
  first.destroy();
  // The server comes to know of it a moment later.
  await until(async () => (await send(service.url, 'GET', FID)).body.length === LARGE_BYTES);
});

test('a download that waits goes on when the one before it is read', async () => {
  const service = await startWithVolume({ downloadsUnderWayBytesMax: LIMIT_BYTES, downloadWaitMs: 60_000 });
  await send(service.url, 'PUT', FID, {}, Buffer.alloc(LARGE_BYTES, 1));
  const first = await beginDownload(service, FID);
  const second = send(service.url, 'GET', FID);
  first.resume();
  expect((await second).body.length).toBe(LARGE_BYTES);
});

test('over the limit a replica serves; what another server hands on is served here or refused', async () => {
  const master = await FakeMaster.start();
  try {
    const options = { masters: [master.address], downloadsUnderWayBytesMax: LIMIT_BYTES, downloadWaitMs: 50 };
    const first = await startTestService(options);
    const second = await startTestService({ masters: [master.address] });
    for (const { client } of [first, second]) {
      await client.call.AllocateVolume({ volume_id: 1, version: 3, replication: '001' });
    }
    await master.until(() => master.holders(1).length === 2);
    await send(first.url, 'PUT', FID, {}, Buffer.alloc(LARGE_BYTES, 1));
    await beginDownload(first, FID);
    expect((await send(first.url, 'GET', FID)).body.length).toBe(LARGE_BYTES);
    expect((await send(first.url, 'GET', `${FID}?proxied=true`)).status).toBe(429);
  } finally {
    await master.close();
  }
});

test('without limits nobody waits', async () => {
  const service = await startWithVolume();
  await send(service.url, 'PUT', FID, {}, Buffer.alloc(LARGE_BYTES, 1));
  await beginUpload(service, '/1,0223456789', LARGE_BYTES);
  await beginDownload(service, FID);
  expect((await send(service.url, 'GET', FID)).status).toBe(200);
  expect((await send(service.url, 'PUT', '/1,0323456789', {}, 'x')).status).toBe(201);
});
