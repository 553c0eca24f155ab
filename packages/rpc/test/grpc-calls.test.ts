import { type GrpcClient, type GrpcServer, PushQueue, RpcError, startGrpcServer } from '../src/index.ts';
import { bindEcho, createEchoClient, type Echo, echoProtos } from './support/echo-service.ts';

const LARGEST_U64 = '18446744073709551615';

let server: GrpcServer;
let client: GrpcClient<Echo>;
const faults: unknown[] = [];

beforeAll(async () => {
  server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    protos: echoProtos,
    services: [bindEcho()],
    statusByErrorCode: { 'word-not-found': 'not-found' },
    onFault: (error) => faults.push(error),
  });
  client = createEchoClient(server.port);
});

afterAll(async () => {
  client.close();
  await server.close();
});

const failure = async (call: Promise<unknown>): Promise<RpcError> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RpcError)) throw new Error(`an RpcError expected, not ${String(error)}`);
  return error;
};

const texts = async (messages: AsyncIterable<{ readonly text: string }>): Promise<string[]> => {
  const list: string[] = [];
  for await (const { text } of messages) list.push(text);
  return list;
};

test('unary: unsigned 64-bit numbers and bytes survive', async () => {
  const sent = { text: 'héllo', number: LARGEST_U64, data: Buffer.from([0, 255]) };
  expect(await client.call.Say(sent)).toEqual(sent);
  expect((await client.call.Say({ number: 2n ** 64n - 1n })).number).toBe(LARGEST_U64);
});

test('the three kinds of streams', async () => {
  expect(await texts(client.call.Count({ text: 'x', number: 300 }))).toHaveLength(300);
  const words = async function* () {
    yield { text: 'a' };
    yield { text: 'b' };
  };
  expect((await client.call.Join(words())).text).toBe('a b');
  expect(await texts(client.call.Chat(words()))).toEqual(['A', 'B', 'the end']);
});

test('a conversation goes to and fro, and a handler that stops reading still answers', async () => {
  const questions = new PushQueue<{ text: string }>();
  const answers = client.call.Chat(questions);
  await questions.push({ text: 'one' });
  expect((await answers.next()).value?.text).toBe('ONE');
  await questions.push({ text: 'two' });
  expect((await answers.next()).value?.text).toBe('TWO');
  await questions.push({ text: 'bye' });
  expect((await answers.next()).value?.text).toBe('the end');
  expect((await answers.next()).done).toBe(true);
  questions.end();
});

test('a conversation that fails tells why while the client still talks', async () => {
  const questions = new PushQueue<{ text: string }>();
  const answers = client.call.Chat(questions);
  await questions.push({ text: 'one' });
  expect((await answers.next()).value?.text).toBe('ONE');
  await questions.push({ text: 'fail' });
  await expect(answers.next()).rejects.toMatchObject({ code: 'data-loss', message: 'not a word' });
  questions.end();
});

test('coded errors keep code, reason and message; faults show nothing and are reported', async () => {
  expect(await failure(client.call.Say({ text: 'coded' }))).toMatchObject({
    code: 'not-found',
    reason: 'word-not-found',
    message: 'no such word',
  });
  expect(await failure(client.call.Say({ text: 'fault' }))).toMatchObject({
    code: 'internal',
    message: 'internal error',
  });
  expect(faults).toEqual([expect.objectContaining({ message: 'the secret detail' })]);
  expect(await failure(texts(client.call.Count({ text: 'fail', number: 2 })))).toMatchObject({ code: 'data-loss' });
});

test('a deadline and an abort end a call', async () => {
  expect(await failure(client.call.Say({ text: 'wait' }, { deadlineMs: 50 }))).toMatchObject({
    code: 'deadline-exceeded',
  });
  const controller = new AbortController();
  const call = client.call.Say({ text: 'wait' }, { signal: controller.signal });
  controller.abort(new Error('changed my mind'));
  await expect(call).rejects.toThrow('changed my mind');
});

test('a method without a handler is UNIMPLEMENTED and listed', async () => {
  expect(server.unimplementedMethods).toEqual(['/echo_pb.Echo/Missing']);
  expect(await failure(client.call.Missing({}))).toMatchObject({ code: 'unimplemented' });
});

test('a server that nobody serves is unavailable', async () => {
  const nowhere = createEchoClient(1);
  expect(await failure(nowhere.call.Say({}))).toMatchObject({ code: 'unavailable' });
  nowhere.close();
});

test('close lets a running call finish until the deadline, then cuts it', async () => {
  const other = await startGrpcServer({ host: '127.0.0.1', port: 0, protos: echoProtos, services: [bindEcho()] });
  const caller = createEchoClient(other.port);
  await caller.call.Say({});
  const waiting = failure(caller.call.Say({ text: 'wait' }));
  await caller.call.Say({});
  const cut = new AbortController();
  const closed = other.close(cut.signal);
  cut.abort();
  await closed;
  expect(['cancelled', 'unavailable', 'internal', 'aborted']).toContain((await waiting).code);
  caller.close();
});
