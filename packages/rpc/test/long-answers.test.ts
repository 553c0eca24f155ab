import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { bindService, type GrpcServer, startGrpcServer } from '../src/index.ts';
import { ANSWER_PIECE_BYTES } from '../src/limits.ts';
import { createEchoClient, ECHO_SERVICE, type Echo, echoProtos } from './support/echo-service.ts';

const EMPTY_MESSAGE = Buffer.alloc(5);
const ANSWER = Buffer.alloc(5 * ANSWER_PIECE_BYTES, 'needle');

let rests: PromiseWithResolvers<void>[];
/** Rests that are asked for from now on; then there are none. */
let restsLeft: number;
let server: GrpcServer;
let client: ClientHttp2Session;

beforeEach(async () => {
  rests = [];
  restsLeft = Number.POSITIVE_INFINITY;
  const rest = (): Promise<void> | undefined => {
    if (restsLeft === 0) return undefined;
    restsLeft -= 1;
    const one = Promise.withResolvers<void>();
    rests.push(one);
    return one.promise;
  };
  server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    protos: echoProtos,
    services: [
      bindService<Echo>(
        ECHO_SERVICE,
        { Say: async () => ({ data: Buffer.from(ANSWER) }) },
        { Say: { spentField: 'data', rest } },
      ),
    ],
  });
  client = connect(`http://127.0.0.1:${server.port}`, { settings: { initialWindowSize: 2 ** 20 } });
  await once(client, 'remoteSettings');
  client.setLocalWindowSize(2 ** 20);
});

afterEach(async () => {
  client.destroy();
  await server.close();
});

function say(): { call: ClientHttp2Stream; received: () => number; receive: (bytes: number) => Promise<void> } {
  const path = `/${ECHO_SERVICE}/Say`;
  const call = client.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' });
  let bytes = 0;
  call.on('data', (data: Buffer) => {
    bytes += data.length;
  });
  call.end(EMPTY_MESSAGE);
  const receive = async (wanted: number): Promise<void> => {
    while (bytes < wanted) await once(call, 'data');
  };
  return { call, received: () => bytes, receive };
}

/** What the server had sent before it answered this has arrived. */
const roundTrip = (): Promise<void> =>
  new Promise((resolve, reject) => {
    client.ping((error) => (error === null ? resolve() : reject(error)));
  });

test('a long answer makes way after each piece, and goes at once when nobody else is there', async () => {
  const { call, received, receive } = say();
  const over = once(call, 'end');
  await receive(ANSWER_PIECE_BYTES);
  await roundTrip();
  expect(received()).toBe(ANSWER_PIECE_BYTES);
  rests[0]?.resolve();
  await receive(2 * ANSWER_PIECE_BYTES);
  await roundTrip();
  expect(received()).toBe(2 * ANSWER_PIECE_BYTES);
  restsLeft = 0;
  rests[1]?.resolve();
  await over;
  expect(received()).toBeGreaterThan(ANSWER.length);
});

test('what arrives in pieces is the answer', async () => {
  restsLeft = 2;
  const echo = createEchoClient(server.port);
  const answer = echo.call.Say({});
  while (rests.length < 1) await roundTrip();
  rests[0]?.resolve();
  while (rests.length < 2) await roundTrip();
  rests[1]?.resolve();
  expect((await answer).data.equals(ANSWER)).toBe(true);
  echo.close();
});

test('a client that leaves between two pieces does no harm', async () => {
  const { call, receive } = say();
  await receive(ANSWER_PIECE_BYTES);
  call.close();
  await once(call, 'close');
  await roundTrip();
  restsLeft = 0;
  rests[0]?.resolve();
  const { call: next, received } = say();
  await once(next, 'end');
  expect(received()).toBeGreaterThan(ANSWER.length);
});
