import { readFileSync } from 'node:fs';
import {
  type ChannelSecurity,
  createGrpcClient,
  type GrpcServer,
  SessionClient,
  startGrpcServer,
} from '../src/index.ts';
import { bindEcho, ECHO_SERVICE, type Echo, echoProtos } from './support/echo-service.ts';

const read = (name: string): Buffer => readFileSync(new URL(`./support/certificates/${name}`, import.meta.url));

const caPem = read('authority.pem');
const serverTls = { certPem: read('server.pem'), keyPem: read('server.key') };
const pairOf = (name: string) => ({ certPem: read(`${name}.pem`), keyPem: read(`${name}.key`) });

const say = async (server: GrpcServer, security: ChannelSecurity): Promise<string> => {
  const client = createGrpcClient<Echo>({
    ...security,
    address: `localhost:${server.port}`,
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
