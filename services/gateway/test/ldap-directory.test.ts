/** Directories that do not do what they should: nobody waits for them for ever, and nobody is told that a password is wrong. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSilentLogger } from '@needlestack/service-kit';
import { LDAP_WAITING_MAX } from '../src/core/limits.ts';
import { LdapDirectory, type LdapOptions } from '../src/peers/ldap-directory.ts';

const sockets = new Set<Socket>();
let server: Server | undefined;

const directoryAt = (port: number, overrides: Partial<LdapOptions> = {}) =>
  new LdapDirectory(
    {
      url: `ldap://127.0.0.1:${port}`,
      usesStartTls: false,
      bindDn: 'cn=reader,dc=x',
      readBindPassword: async () => 'secret',
      users: { bases: ['dc=x'], filter: '(uid=%s)' },
      groups: { bases: [], filter: '(member=%d)' },
      accountId: '1',
      timeoutMs: 60_000,
      connectionsMax: 2,
      ...overrides,
    },
    createSilentLogger(),
  );

const listen = async (onConnection: (socket: Socket) => void): Promise<number> => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

const stopServer = async (): Promise<void> => {
  const running = server;
  server = undefined;
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  if (running?.listening === true) await new Promise((resolve) => running.close(resolve));
};
afterEach(stopServer);

const code = (expected: string) => expect.objectContaining({ name: 'DirectoryError', code: expected });
/** LDAP messages (BER): an answer to the message of this id. */
const answer = (id: number, tag: number, result: number): Buffer =>
  Buffer.from([0x30, 0x0c, 0x02, 0x01, id, tag, 0x07, 0x0a, 0x01, result, 0x04, 0x00, 0x04, 0x00]);
const bytesOf = (request: Buffer | string): Buffer => (typeof request === 'string' ? Buffer.from(request) : request);
const idOf = (request: Buffer | string): number => {
  const bytes = bytesOf(request);
  return bytes[bytes.indexOf(0x02) + 2] ?? 0;
};
const BIND_RESPONSE = 0x61;
const SEARCH_DONE = 0x65;
const EXTENDED_RESPONSE = 0x78;

test('one that takes the connection and says nothing is given up after its time', async () => {
  const port = await listen(() => undefined);
  for (const usesStartTls of [false, true])
    await expect(directoryAt(port, { timeoutMs: 500, usesStartTls }).logIn('a', 'b')).rejects.toEqual(
      code('unreachable'),
    );
});

test('one that agrees to TLS and then says nothing is, too', async () => {
  const port = await listen((socket) => {
    socket.once('data', (request) => socket.write(answer(idOf(request), EXTENDED_RESPONSE, 0)));
  });
  const directory = directoryAt(port, { timeoutMs: 500, usesStartTls: true });
  await expect(directory.logIn('a', 'b')).rejects.toEqual(code('unreachable'));
});

test('one that is not there, that hangs up, that speaks another language or has no StartTLS', async () => {
  const gone = await listen(() => undefined);
  await stopServer();
  await expect(directoryAt(gone).logIn('a', 'b')).rejects.toEqual(code('unreachable'));
  for (const onConnection of [
    (socket: Socket) => socket.end(),
    (socket: Socket) => socket.on('data', () => socket.end()),
    (socket: Socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    (socket: Socket) => socket.on('data', () => socket.end(randomBytes(4_000))),
  ]) {
    const port = await listen(onConnection);
    await expect(directoryAt(port, { timeoutMs: 2_000 }).logIn('a', 'b')).rejects.toEqual(code('unreachable'));
    await stopServer();
  }
  const port = await listen((socket) => {
    socket.on('data', (request) => socket.write(answer(idOf(request), EXTENDED_RESPONSE, 2)));
  });
  await expect(directoryAt(port, { usesStartTls: true }).logIn('a', 'b')).rejects.toEqual(code('unreachable'));
});

test('a lookup account that is refused, or a search that is, is no wrong password; nobody of that name is', async () => {
  for (const [bindResult, searchResult, expected] of [
    [49, 0, 'unreachable'],
    [0, 50, 'unreachable'],
    [0, 4, 'wrong-credentials'],
    [0, 0, 'wrong-credentials'],
  ] as const) {
    const port = await listen((socket) => {
      socket.on('data', (request) => {
        const isBind = bytesOf(request).includes(0x60);
        socket.write(answer(idOf(request), isBind ? BIND_RESPONSE : SEARCH_DONE, isBind ? bindResult : searchResult));
      });
    });
    await expect(directoryAt(port).logIn('a', 'b')).rejects.toEqual(code(expected));
    await stopServer();
  }
});

test('no name and no password are refused before anybody is asked', async () => {
  const directory = directoryAt(1);
  for (const [name, password] of [
    ['', 'b'],
    ['a', ''],
  ] as const)
    await expect(directory.logIn(name, password)).rejects.toEqual(code('wrong-credentials'));
});

test('connections are as many as are allowed, those who wait too, and the next is told so', async () => {
  const port = await listen(() => undefined);
  const directory = directoryAt(port);
  const waiting = Array.from({ length: 2 + LDAP_WAITING_MAX }, () =>
    directory.logIn('a', 'b').catch((error: unknown) => error),
  );
  await expect(directory.logIn('a', 'b')).rejects.toEqual(code('busy'));
  while (sockets.size < 2) await new Promise(setImmediate);
  expect(sockets.size).toBe(2);
  await stopServer();
  for (const outcome of await Promise.all(waiting)) expect(outcome).toEqual(code('unreachable'));
  await expect(directory.logIn('a', 'b')).rejects.toEqual(code('unreachable'));
});
