import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { loadProtos, RpcError, startGrpcServer } from '../src/index.ts';
import { bindEcho, createEchoClient, echoProtos } from './support/echo-service.ts';

const options = { protos: echoProtos, services: [bindEcho()], port: 0 };

const passThrough = (bytes: Buffer): Buffer => bytes;

/** Field 7 (list_services), an empty text: the smallest reflection request. */
const LIST_SERVICES = Buffer.from([0x3a, 0x00]);

const listServices = (port: number, version: string, authToken?: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const metadata = new Metadata();
    if (authToken !== undefined) metadata.set('authorization', `Bearer ${authToken}`);
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const stream = client.makeBidiStreamRequest(path, passThrough, passThrough, metadata);
    stream.on('data', (answer: Buffer) => {
      resolve(answer.toString('latin1'));
      stream.end();
      client.close();
    });
    stream.on('error', (error) => {
      reject(error);
      client.close();
    });
    stream.write(LIST_SERVICES);
  });

const checkHealth = (port: number): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
    const request = Buffer.alloc(0);
    client.makeUnaryRequest('/grpc.health.v1.Health/Check', passThrough, passThrough, request, (error, answer) => {
      client.close();
      if (error !== null || answer === undefined) reject(error);
      else resolve(answer);
    });
  });

test.each(['0.0.0.0', '', '::', '192.0.2.1'])('refuses to serve "%s" without a token or mTLS', async (host) => {
  await expect(startGrpcServer({ ...options, host })).rejects.toThrow('refusing to serve gRPC');
});

test('a token opens a wider address, and only its bearers get in', async () => {
  const server = await startGrpcServer({ ...options, host: '0.0.0.0', authToken: 'open sesame' });
  for (const token of [undefined, 'open', '']) {
    const stranger = createEchoClient(server.port, token);
    await expect(stranger.call.Say({ text: 'x' })).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(stranger.call.Count({ number: 1 }).next()).rejects.toBeInstanceOf(RpcError);
    stranger.close();
  }
  const friend = createEchoClient(server.port, 'open sesame');
  expect((await friend.call.Say({ text: 'x' })).text).toBe('x');
  friend.close();
  await expect(listServices(server.port, 'v1')).rejects.toMatchObject({ code: 16 });
  expect(await listServices(server.port, 'v1', 'open sesame')).toContain('echo_pb.Echo');
  await server.close();
});

test.each(['v1', 'v1alpha'])('reflection %s lists the services', async (version) => {
  const server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    protos: { ...echoProtos, ...loadProtos(['master.proto']) },
    services: [bindEcho(), { name: 'master_pb.Seaweed', handlers: {} }],
  });
  const answer = await listServices(server.port, version);
  expect(answer).toContain('echo_pb.Echo');
  expect(answer).toContain('master_pb.Seaweed');
  expect(server.unimplementedMethods).toHaveLength(28);
  await server.close();
});

test('the health service says SERVING, then NOT_SERVING', async () => {
  const server = await startGrpcServer({ ...options, host: '127.0.0.1' });
  expect(await checkHealth(server.port)).toEqual(Buffer.from([0x08, 1]));
  server.setServing(false);
  expect(await checkHealth(server.port)).toEqual(Buffer.from([0x08, 2]));
  await server.close();
});

test('a taken port is an error that names it, as is an address that is not ours', async () => {
  const server = await startGrpcServer({ ...options, host: '127.0.0.1' });
  const { port } = server;
  await expect(startGrpcServer({ ...options, host: '127.0.0.1', port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    address: '127.0.0.1',
    port,
    message: `listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
  });
  await server.close();
  const elsewhere = startGrpcServer({ ...options, host: '127.0.0.256', port, trustsNetwork: true });
  await expect(elsewhere).rejects.toMatchObject({ code: 'ENOTFOUND', address: '127.0.0.256' });
});
