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
/** An entry of this name, without attributes. */
const entry = (id: number, dn: string): Buffer => {
  const name = Buffer.concat([Buffer.from([0x04, dn.length]), Buffer.from(dn), Buffer.from([0x30, 0x00])]);
  const body = Buffer.concat([Buffer.from([0x02, 0x01, id, 0x64, name.length]), name]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
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

/**
 * Answers what is asked with these results in turn: bind, search of the user (who is found), bind of the user, bind, search of groups.
 * Resolves with the outcome and how much was asked.
 */
const logInWith = async (
  results: readonly number[],
): Promise<{ readonly outcome: unknown; readonly asked: number }> => {
  let asked = 0;
  const port = await listen((socket) => {
    socket.on('data', (request) => {
      const id = idOf(request);
      const result = results[asked] ?? 0;
      const isSearch = asked === 1 || asked === 4;
      if (isSearch && result === 0) socket.write(entry(id, asked === 1 ? 'uid=a,dc=x' : 'cn=G,dc=x'));
      asked += 1;
      if (asked <= results.length) socket.write(answer(id, isSearch ? SEARCH_DONE : BIND_RESPONSE, result));
    });
  });
  const directory = directoryAt(port, { groups: { bases: ['dc=x'], filter: '(member=%d)' } });
  const outcome = await directory.logIn('a', 'b').catch((error: unknown) => error);
  await stopServer();
  return { outcome, asked };
};

test('who is found and proven is in the groups that are found', async () => {
  const { outcome } = await logInWith([0, 0, 0, 0, 0]);
  expect(outcome).toEqual({ dn: 'uid=a,dc=x', groupDns: ['cn=g,dc=x'] });
});

test.each([
  ['another password', 49, 'wrong-credentials'],
  ['a locked account', 53, 'wrong-credentials'],
  ['a password that must be set anew', 19, 'wrong-credentials'],
  ['a directory that is busy', 51, 'unreachable'],
  ['a directory that is going down', 52, 'unreachable'],
])('a bind of the user that meets %s', async (_what, result, expected) => {
  const { outcome, asked } = await logInWith([0, 0, result]);
  expect([outcome, asked >= 3]).toEqual([code(expected), true]);
});

test.each([
  ['more than the directory shows', 4],
  ['a time limit of the directory', 3],
  ['no such place', 32],
])('groups that are not seen in full let nobody in: %s', async (_what, result) => {
  expect((await logInWith([0, 0, 0, 0, result])).outcome).toEqual(code('unreachable'));
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
