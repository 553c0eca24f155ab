import { readFileSync } from 'node:fs';
import {
  bindSessionMethod,
  type ChannelSecurity,
  createGrpcClient,
  type GrpcServer,
  SessionClient,
  type SessionMethod,
  startGrpcServer,
} from '../src/index.ts';
import { bindEcho, ECHO_SERVICE, type Echo, echoProtos } from './support/echo-service.ts';

const read = (name: string): Buffer => readFileSync(new URL(`./support/certificates/${name}`, import.meta.url));

const caPem = read('authority.pem');
const serverTls = { certPem: read('server.pem'), keyPem: read('server.key') };
const pairOf = (name: string) => ({ certPem: read(`${name}.pem`), keyPem: read(`${name}.key`) });

const say = async (
  server: GrpcServer,
  security: ChannelSecurity,
  address = `localhost:${server.port}`,
): Promise<string> => {
  const client = createGrpcClient<Echo>({
    ...security,
    address,
    protos: echoProtos,
    service: ECHO_SERVICE,
    deadlineMs: 5_000,
  });
  try {
    return (await client.call.Say({ text: 'hello' })).text;
  } finally {
    client.close();
  }
};

const base = { port: 0, protos: echoProtos, services: [bindEcho()] };

test('mTLS lets in clients of the authority, on any address, and nobody else', async () => {
  const server = await startGrpcServer({ ...base, host: '0.0.0.0', tls: { ...serverTls, clientCaPem: caPem } });
  expect(await say(server, { tls: { caPem, ...pairOf('client') } })).toBe('hello');
  await expect(say(server, { tls: { caPem } })).rejects.toMatchObject({ code: 'unavailable' });
  await expect(say(server, { tls: { caPem, ...pairOf('stranger') } })).rejects.toMatchObject({ code: 'unavailable' });
  await expect(say(server, {})).rejects.toMatchObject({ code: 'unavailable' });
  await server.close();
});

test('with names given, mTLS lets in only certificates of those names', async () => {
  const start = (commonNames: readonly string[], domain: string) =>
    startGrpcServer({
      ...base,
      host: '127.0.0.1',
      tls: { ...serverTls, clientCaPem: caPem, clientNames: { commonNames, domain } },
    });
  const security = { tls: { caPem, ...pairOf('client') } };
  for (const [commonNames, domain] of [
    [['client'], ''],
    [[], 'ent'],
  ] as const) {
    const server = await start(commonNames, domain);
    expect(await say(server, security)).toBe('hello');
    await server.close();
  }
  const server = await start(['somebody else'], '.example.com');
  await expect(say(server, security)).rejects.toMatchObject({ code: 'permission-denied' });
  await server.close();
});

test('TLS without client certificates does not open a wider address by itself; with a token it does', async () => {
  await expect(startGrpcServer({ ...base, host: '0.0.0.0', tls: serverTls })).rejects.toThrow('refusing to serve');
  const server = await startGrpcServer({ ...base, host: '0.0.0.0', tls: serverTls, authToken: 'secret' });
  expect(await say(server, { tls: { caPem }, authToken: 'secret' })).toBe('hello');
  await expect(say(server, { tls: { caPem } })).rejects.toMatchObject({ code: 'unauthenticated' });
  await server.close();
});

test('a client does not talk to a server whose authority it does not trust', async () => {
  const server = await startGrpcServer({ ...base, host: '127.0.0.1', tls: serverTls });
  await expect(say(server, { tls: {} })).rejects.toMatchObject({ code: 'unavailable' });
  const session = new SessionClient({ address: `localhost:${server.port}`, tls: {} });
  const method = {
    id: 1,
    name: 'x',
    encodeRequest: () => {},
    decodeRequest: () => 1,
    encodeResponse: () => {},
    decodeResponse: () => 1,
  };
  await expect(session.call(method, 1)).rejects.toMatchObject({ code: 'unavailable' });
  session.close();
  await server.close();
});

const echoMethod: SessionMethod<string, string> = {
  id: 1,
  name: 'echo',
  encodeRequest: (text, writer) => writer.text(text),
  decodeRequest: (reader) => reader.text(),
  encodeResponse: (text, writer) => writer.text(text),
  decodeResponse: (reader) => reader.text(),
};

/** What a session and a unary call get from a server with that certificate at that address. */
const reachBoth = async (host: string, name: string, trustedPem: Buffer) => {
  const server = await startGrpcServer({
    ...base,
    host,
    tls: pairOf(name),
    sessionRoutes: [bindSessionMethod(echoMethod, (text) => text)],
  });
  const address = `${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  const session = new SessionClient({ address, tls: { caPem: trustedPem } });
  const outcomes = await Promise.allSettled([
    say(server, { tls: { caPem: trustedPem } }, address),
    session.call(echoMethod, 'hello'),
  ]);
  session.close();
  await server.close();
  return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.code));
};

describe('a server that is known by its IP address', () => {
  test('is reached when its certificate holds that address', async () => {
    expect(await reachBoth('127.0.0.1', 'server', caPem)).toEqual(['hello', 'hello']);
    expect(await reachBoth('127.0.0.1', 'address', read('address.pem'))).toEqual(['hello', 'hello']);
  });

  test('is reached by IPv6 too', async () => {
    expect(await reachBoth('::1', 'address', read('address.pem'))).toEqual(['hello', 'hello']);
  });

  test('is refused when its certificate holds other names and addresses only', async () => {
    const refused = ['unavailable', 'unavailable'];
    expect(await reachBoth('127.0.0.1', 'elsewhere', read('elsewhere.pem'))).toEqual(refused);
  });

  test('is refused when its authority is not trusted', async () => {
    expect(await reachBoth('127.0.0.1', 'address', caPem)).toEqual(['unavailable', 'unavailable']);
  });
});
