import {
  bindSessionMethod,
  type GrpcServer,
  RpcError,
  SessionClient,
  type SessionMethod,
  startGrpcServer,
} from '../src/index.ts';
import { MESSAGE_BYTES_MAX } from '../src/limits.ts';
import { echoProtos } from './support/echo-service.ts';

interface Sum {
  readonly key: bigint;
  readonly add: number;
}

const sumMethod: SessionMethod<Sum, bigint> = {
  id: 1,
  name: 'sum',
  encodeRequest: ({ key, add }, writer) => {
    writer.u64(key);
    writer.u32(add);
  },
  decodeRequest: (reader) => ({ key: reader.u64(), add: reader.u32() }),
  encodeResponse: (sum, writer) => writer.u64(sum),
  decodeResponse: (reader) => reader.u64(),
};

const blobMethod: SessionMethod<Uint8Array, Buffer> = {
  id: 2,
  name: 'blob',
  encodeRequest: (data, writer) => writer.bytes(data),
  decodeRequest: (reader) => reader.bytes(),
  encodeResponse: (data, writer) => writer.bytes(data),
  decodeResponse: (reader) => reader.bytes(),
};

/** Answers with so many bytes. */
const fillMethod: SessionMethod<number, number> = {
  id: 4,
  name: 'fill',
  encodeRequest: (sizeBytes, writer) => writer.u32(sizeBytes),
  decodeRequest: (reader) => reader.u32(),
  encodeResponse: (sizeBytes, writer) => writer.bytes(Buffer.alloc(sizeBytes)),
  decodeResponse: (reader) => reader.bytes().length,
};

/** Answers never; `held` counts those that are waiting, `released` those that were cancelled. */
const holdMethod: SessionMethod<string, string> = {
  id: 3,
  name: 'hold',
  encodeRequest: (text, writer) => writer.text(text),
  decodeRequest: (reader) => reader.text(),
  encodeResponse: (text, writer) => writer.text(text),
  decodeResponse: (reader) => reader.text(),
};

const unknownMethod: SessionMethod<string, string> = { ...holdMethod, id: 99, name: 'unknown' };

class Gate {
  count = 0;
  #waiters: { readonly count: number; readonly open: () => void }[] = [];

  pass(): void {
    this.count += 1;
    for (const { count, open } of this.#waiters) if (this.count >= count) open();
  }

  reached(count: number): Promise<void> {
    return this.count >= count ? Promise.resolve() : new Promise((open) => this.#waiters.push({ count, open }));
  }
}

const setUp = async (
  options: { readonly port?: number; readonly authToken?: string; readonly sessionRecords?: string } = {},
) => {
  const held = new Gate();
  const released = new Gate();
  const finish = Promise.withResolvers<string>();
  const server: GrpcServer = await startGrpcServer({
    host: '127.0.0.1',
    port: options.port ?? 0,
    protos: echoProtos,
    services: [],
    ...(options.authToken === undefined ? {} : { authToken: options.authToken }),
    ...(options.sessionRecords === undefined ? {} : { sessionRecords: options.sessionRecords }),
    statusByErrorCode: { 'odd-key': 'failed-precondition' },
    sessionRoutes: [
      bindSessionMethod(sumMethod, ({ key, add }) => {
        if (add === 13) throw Object.assign(new Error('13 is not added'), { code: 'odd-key' });
        return add % 2 === 0 ? key + BigInt(add) : Promise.resolve(key + BigInt(add));
      }),
      bindSessionMethod(blobMethod, (data) => Buffer.from(data)),
      bindSessionMethod(fillMethod, (sizeBytes) => sizeBytes),
      bindSessionMethod(holdMethod, (_text, { signal }) => {
        signal.addEventListener('abort', () => released.pass());
        held.pass();
        return finish.promise;
      }),
    ],
  });
  return { server, held, released, finish, address: `127.0.0.1:${server.port}` };
};

test('1,000 concurrent calls get each its own answer, in few messages', async () => {
  const { server, address } = await setUp();
  const session = new SessionClient({ address });
  const base = 2n ** 63n;
  const numbers = Array.from({ length: 1_000 }, (_, index) => index).filter((index) => index !== 13);
  const sums = await Promise.all(numbers.map((add) => session.call(sumMethod, { key: base, add })));
  expect(sums).toEqual(numbers.map((add) => base + BigInt(add)));
  session.close();
  await server.close();
});

test('more calls than places wait, and too many are refused', async () => {
  const { server, address } = await setUp();
  const session = new SessionClient({ address, inFlightMax: 4, waitingMax: 100 });
  const calls = Array.from({ length: 110 }, (_, add) => session.call(sumMethod, { key: 0n, add: add * 2 }));
  const outcomes = await Promise.allSettled(calls);
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(10);
  expect(refused[0]).toMatchObject({ reason: { code: 'resource-exhausted' } });
  session.close();
  await server.close();
});

test('large bodies pass both ways', async () => {
  const { server, address } = await setUp();
  const session = new SessionClient({ address });
  const bodies = Array.from({ length: 12 }, (_, index) => Buffer.alloc(1 + index * 400_000, index));
  const answers = await Promise.all(bodies.map((body) => session.call(blobMethod, body)));
  answers.forEach((answer, index) => {
    expect(answer.equals(bodies[index] ?? Buffer.alloc(0))).toBe(true);
  });
  session.close();
  await server.close();
});

test('answers that are more together than a message may hold go out in several', async () => {
  const { server, address } = await setUp();
  const session = new SessionClient({ address });
  await session.call(sumMethod, { key: 0n, add: 0 });
  const sizeBytes = MESSAGE_BYTES_MAX / 64;
  const calls = Array.from({ length: 80 }, () => session.call(fillMethod, sizeBytes));
  expect(new Set(await Promise.all(calls))).toEqual(new Set([sizeBytes]));
  session.close();
  await server.close();
});

test('whatever breaks a session, its calls under way are unavailable and not refused', async () => {
  const { server, held, address } = await setUp();
  const session = new SessionClient({ address });
  const call = session.call(holdMethod, 'under way');
  await held.reached(1);
  const answers = Promise.allSettled([call, session.call(fillMethod, MESSAGE_BYTES_MAX + 1)]);
  const unavailable = { status: 'rejected', reason: { code: 'unavailable' } };
  expect(await answers).toMatchObject([unavailable, unavailable]);
  session.close();
  await server.close();
});

test('errors carry code, reason and message', async () => {
  const { server, address } = await setUp();
  const session = new SessionClient({ address });
  await expect(session.call(sumMethod, { key: 1n, add: 13 })).rejects.toMatchObject({
    code: 'failed-precondition',
    reason: 'odd-key',
    message: '13 is not added',
  });
  await expect(session.call(unknownMethod, 'x')).rejects.toMatchObject({ code: 'unimplemented' });
  await expect(session.call(sumMethod, { key: -1n, add: 1 })).rejects.toMatchObject({ name: 'RangeError' });
  expect(await session.call(sumMethod, { key: 1n, add: 2 })).toBe(3n);
  session.close();
  await server.close();
});

test('deadline and abort fail the call and cancel it at the server', async () => {
  const { server, held, released, address } = await setUp();
  const session = new SessionClient({ address });
  // Once the session is open a call goes out before its deadline, however busy the machine is.
  await session.call(sumMethod, { key: 1n, add: 2 });
  await expect(session.call(holdMethod, 'a', { deadlineMs: 60 })).rejects.toMatchObject({ code: 'deadline-exceeded' });
  await released.reached(1);
  const controller = new AbortController();
  const call = session.call(holdMethod, 'b', { signal: controller.signal });
  await held.reached(2);
  controller.abort(new Error('enough'));
  await expect(call).rejects.toThrow('enough');
  await released.reached(2);
  const aborted = session.call(holdMethod, 'c', { signal: controller.signal });
  await expect(aborted).rejects.toThrow('enough');
  session.close();
  await server.close();
});

test('a broken session fails what was under way and opens again', async () => {
  const first = await setUp();
  const session = new SessionClient({ address: first.address });
  const call = session.call(holdMethod, 'x');
  await first.held.reached(1);
  const cut = new AbortController();
  const closed = first.server.close(cut.signal);
  cut.abort();
  await expect(call).rejects.toBeInstanceOf(RpcError);
  await closed;
  await expect(session.call(sumMethod, { key: 1n, add: 2 })).rejects.toMatchObject({ code: 'unavailable' });
  const second = await setUp({ port: first.server.port });
  let sum: bigint | undefined;
  while (sum === undefined) {
    sum = await session.call(sumMethod, { key: 1n, add: 2 }).catch(() => undefined);
  }
  expect(sum).toBe(3n);
  session.close();
  await second.server.close();
});

test('a stopping server answers what is under way', async () => {
  const { server, held, finish, address } = await setUp();
  const session = new SessionClient({ address });
  const call = session.call(holdMethod, 'x');
  await held.reached(1);
  const closed = server.close();
  finish.resolve('done');
  expect(await call).toBe('done');
  await closed;
  session.close();
});

test('a session without the token is refused at once', async () => {
  const { server, address } = await setUp({ authToken: 'secret' });
  const stranger = new SessionClient({ address });
  await expect(stranger.call(sumMethod, { key: 1n, add: 2 })).rejects.toMatchObject({ code: 'unauthenticated' });
  stranger.close();
  const friend = new SessionClient({ address, authToken: 'secret' });
  expect(await friend.call(sumMethod, { key: 1n, add: 2 })).toBe(3n);
  friend.close();
  await server.close();
});

test('close fails what is not settled', async () => {
  const { server, held, address } = await setUp();
  const session = new SessionClient({ address });
  const call = session.call(holdMethod, 'x');
  await held.reached(1);
  session.close();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  await expect(session.call(holdMethod, 'y')).rejects.toMatchObject({ code: 'cancelled' });
  await server.close();
});

test.each([
  ['sums/2', 'sums/1'],
  ['sums/2', undefined],
  [undefined, 'sums/1'],
])('a server of records %s and a client of records %s refuse each other before a call', async (theirs, own) => {
  const { server, address } = await setUp(theirs === undefined ? {} : { sessionRecords: theirs });
  const session = new SessionClient(own === undefined ? { address } : { address, records: own });
  await expect(session.call(sumMethod, { key: 0n, add: 2 })).rejects.toMatchObject({
    name: 'RpcError',
    code: 'failed-precondition',
    message: expect.stringContaining('bring both to the same release'),
  });
  session.close();
  await server.close();
});

test('the same records are spoken, also after the server came back', async () => {
  const first = await setUp({ sessionRecords: 'sums/2' });
  const session = new SessionClient({ address: first.address, records: 'sums/2' });
  expect(await session.call(sumMethod, { key: 1n, add: 2 })).toBe(3n);
  await first.server.close();
  const second = await setUp({ sessionRecords: 'sums/2', port: first.server.port });
  expect(await session.call(sumMethod, { key: 1n, add: 4 })).toBe(5n);
  session.close();
  await second.server.close();
});
