import { bindService, type GrpcServer, startGrpcServer } from '../src/index.ts';
import { SPENT_BYTES_MIN } from '../src/limits.ts';
import { createEchoClient, ECHO_SERVICE, type Echo, echoProtos } from './support/echo-service.ts';

let given: Buffer;
let server: GrpcServer;
let client: ReturnType<typeof createEchoClient>;

beforeAll(async () => {
  const handlers = { Say: async () => ({ text: 'here', number: 7, data: given }) };
  server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    protos: echoProtos,
    services: [bindService<Echo>(ECHO_SERVICE, handlers, { Say: { spentField: 'data' } })],
  });
  client = createEchoClient(server.port);
});

afterAll(async () => {
  client.close();
  await server.close();
});

test.each([SPENT_BYTES_MIN, 3_000_000])(
  '%i bytes given away arrive with the other fields, and are freed',
  async (length) => {
    given = Buffer.allocUnsafeSlow(length).fill('needle');
    const expected = Buffer.from(given);
    const answer = await client.call.Say({});
    expect(answer).toMatchObject({ text: 'here', number: '7' });
    expect(answer.data.equals(expected)).toBe(true);
    expect(given.buffer.byteLength).toBe(0);
  },
);

test('a view of something longer is sent without the rest', async () => {
  given = Buffer.allocUnsafeSlow(SPENT_BYTES_MIN * 2)
    .fill('needle')
    .subarray(3, SPENT_BYTES_MIN + 3);
  const expected = Buffer.from(given);
  expect((await client.call.Say({})).data.equals(expected)).toBe(true);
});

test.each([0, 1, SPENT_BYTES_MIN - 1])('%i bytes are left to the garbage collector', async (length) => {
  given = Buffer.alloc(length, 'x');
  expect((await client.call.Say({})).data.equals(given)).toBe(true);
  expect(given.length).toBe(length);
});

test('an answer without such a field is refused at the start', async () => {
  const services = [bindService<Echo>(ECHO_SERVICE, { Say: async () => ({}) }, { Say: { spentField: 'records' } })];
  const starting = startGrpcServer({ host: '127.0.0.1', port: 0, protos: echoProtos, services });
  await expect(starting).rejects.toThrow('the answer of /echo_pb.Echo/Say has no field records');
});
