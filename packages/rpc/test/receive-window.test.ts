import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type Settings } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { startGrpcServer } from '../src/index.ts';
import { RECEIVE_WINDOW_BYTES } from '../src/limits.ts';
import { ECHO_SERVICE, echoProtos } from './support/echo-service.ts';

const HTTP2_WINDOW_BYTES = 65_535;

/** What the server has said of its window once the client's first stream is over. */
const windowAfterCall = async (client: ClientHttp2Session, path: string): Promise<number | undefined> => {
  const call = client.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' });
  call.resume().end();
  await once(call, 'close');
  return client.remoteSettings.initialWindowSize;
};

test('clients may have much under way, on our servers only', async () => {
  const server = await startGrpcServer({ host: '127.0.0.1', port: 0, protos: echoProtos, services: [] });
  const other = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const client = connect(`http://127.0.0.1:${server.port}`);
  const settings: Promise<Settings[]> = once(client, 'remoteSettings') as Promise<Settings[]>;
  expect((await settings)[0]?.initialWindowSize).toBe(HTTP2_WINDOW_BYTES);
  expect(await windowAfterCall(client, `/${ECHO_SERVICE}/Say`)).toBe(RECEIVE_WINDOW_BYTES);
  expect(client.state.remoteWindowSize).toBeGreaterThan(RECEIVE_WINDOW_BYTES / 2);
  const stranger = connect(`http://127.0.0.1:${(other.address() as AddressInfo).port}`);
  expect(await windowAfterCall(stranger, '/')).toBe(HTTP2_WINDOW_BYTES);
  client.destroy();
  stranger.destroy();
  other.close();
  await server.close();
});
