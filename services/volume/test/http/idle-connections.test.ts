import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { send } from '../support/raw-http.ts';
import { startWithVolume, type TestService } from '../support/start-test-service.ts';

const IDLE_MS = 500;
const FID = '/1,0123456789';

async function open(service: TestService, request: string): Promise<Socket> {
  const socket = connect(service.httpPort, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.write(request, () => resolve()));
  return socket;
}

/** Until the server has ended the connection. */
async function isClosed(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}

/** Until the idle time has passed by the server's own clock, so often: it ends another silent connection. */
async function idleTimePasses(service: TestService, count: number): Promise<void> {
  for (let seen = 0; seen < count; seen += 1) await isClosed(await open(service, 'GET / HT'));
}

test.each([
  ['between requests', `GET ${FID} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ['within the head', `GET ${FID} HTTP/1.1\r\nHos`],
  ['within the body', `PUT ${FID} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf`],
])('a client that falls silent %s is not waited for longer', async (_, request) => {
  const service = await startWithVolume({ idleTimeoutMs: IDLE_MS });
  const startMs = performance.now();
  await isClosed(await open(service, request));
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(IDLE_MS * 0.8);
});

test('nor one that takes nothing of its answer', async () => {
  const service = await startWithVolume({ idleTimeoutMs: IDLE_MS });
  const data = Buffer.alloc(24 * 2 ** 20, 'x');
  expect((await send(service.url, 'PUT', FID, {}, data)).status).toBe(201);
  const socket = await open(service, `GET ${FID} HTTP/1.1\r\nHost: x\r\n\r\n`);
  // A busy machine may come to it only when the server has cut already: that is an error of the socket then.
  await new Promise((resolve) => socket.once('readable', resolve).once('close', resolve));
  // What lies in the buffers of the system is all that comes after the pause.
  await idleTimePasses(service, 2);
  let bytes = 0;
  socket.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  expect(bytes).toBeLessThan(data.length);
});

test('a request that waits for its turn here is kept, however long', async () => {
  const service = await startWithVolume({ idleTimeoutMs: IDLE_MS, uploadsUnderWayBytesMax: 10, uploadWaitMs: 60_000 });
  const first = await open(service, 'PUT /1,0223456789 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
  const second = send(service.url, 'PUT', FID, {}, 'data');
  // The first one keeps the limit full for several times the idle time.
  const sending = setInterval(() => first.write('x'), IDLE_MS / 10);
  await idleTimePasses(service, 2);
  clearInterval(sending);
  first.destroy();
  expect((await second).status).toBe(201);
});

test('0 keeps every connection', async () => {
  const service = await startWithVolume({ idleTimeoutMs: 0 });
  const socket = await open(service, `GET ${FID} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, 'data');
  // As long as another server with an idle time takes to end a connection.
  await idleTimePasses(await startWithVolume({ idleTimeoutMs: IDLE_MS }), 1);
  expect(socket.closed).toBe(false);
  socket.destroy();
});
