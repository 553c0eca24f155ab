import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RawConnection } from '../../test/support/raw-connection.ts';
import { createHttpServer } from './http-server.ts';

const IDLE_TIMEOUT_MS = 500;
const LARGE_BYTES = 64_000_000;
const HOST = { host: '127.0.0.1' };

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: ReturnType<typeof createHttpServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const serve = async (handler: Handler): Promise<number> => {
  const server = createHttpServer({ dispatch: handler }, IDLE_TIMEOUT_MS);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Resolves after the server has cut `count` connections, one after another, that never sent anything. */
const idleTimeoutsPass = async (port: number, count = 2): Promise<void> => {
  for (let index = 0; index < count; index += 1) await (await RawConnection.open(port)).ended();
};

test('a request that is whole may take its time, and the connection after it is idle', async () => {
  const port = await serve((request, response) => {
    request.resume();
    void idleTimeoutsPass(port).then(() => response.end('done'));
  });
  const connection = await RawConnection.open(port);
  connection.sendHead('PUT', '/slow', { ...HOST, 'content-length': '4' });
  connection.send('body');
  expect((await connection.readAnswer()).status).toBe(200);
  await connection.ended();
});

test('a body that we do not take on is not the client that is silent', async () => {
  const port = await serve((request, response) => {
    request.once('data', () => {
      request.pause();
      void idleTimeoutsPass(port).then(() => request.resume());
    });
    request.on('end', () => response.end());
  });
  const connection = await RawConnection.open(port);
  connection.sendHead('PUT', '/held', { ...HOST, 'content-length': '1000000' });
  connection.send(Buffer.alloc(1_000_000));
  expect((await connection.readAnswer()).status).toBe(200);
});

test('an answer that has begun and waits for us is not cut', async () => {
  const port = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '4' });
    response.flushHeaders();
    void idleTimeoutsPass(port).then(() => response.end('rest'));
  });
  const connection = await RawConnection.open(port);
  connection.sendHead('GET', '/streamed', HOST);
  expect((await connection.readAnswer()).body).toBe('rest');
});

test('a client that stops in the middle of its body is cut', async () => {
  const port = await serve((request) => request.resume());
  const connection = await RawConnection.open(port);
  connection.sendHead('PUT', '/silent', { ...HOST, 'content-length': '10' });
  connection.send('half');
  await connection.ended();
});

test('a client that does not take its answer is cut', async () => {
  let isCut: () => void;
  const cut = new Promise<void>((resolve) => {
    isCut = resolve;
  });
  const port = await serve((_, response) => {
    response.on('close', () => isCut());
    response.end(Buffer.alloc(LARGE_BYTES));
  });
  const connection = await RawConnection.open(port);
  connection.socket.pause();
  connection.sendHead('GET', '/large', HOST);
  await cut;
  connection.socket.destroy();
});

test('what has arrived while this process stood still is not silence', async () => {
  const begun = Promise.withResolvers<void>();
  const port = await serve((request, response) => {
    begun.resolve();
    request.resume().on('end', () => response.end());
  });
  const connection = await RawConnection.open(port);
  connection.sendHead('PUT', '/stalled', { ...HOST, 'content-length': '8' });
  await begun.promise;
  connection.send('half');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * IDLE_TIMEOUT_MS);
  connection.send('rest');
  expect((await connection.readAnswer()).status).toBe(200);
});
