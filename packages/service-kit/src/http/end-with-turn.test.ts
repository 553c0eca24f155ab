import { createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { endWithTurn } from './end-with-turn.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Hands over the answers once so many requests have come. */
const collect = async (
  count: number,
): Promise<{ readonly responses: ServerResponse[]; readonly bodies: Promise<string>[] }> => {
  const responses: ServerResponse[] = [];
  let onAll = (): void => undefined;
  const all = new Promise<void>((resolve) => {
    onAll = resolve;
  });
  const server = createServer((_, response) => {
    if (responses.push(response) === count) onAll();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const bodies = Array.from(
    { length: count },
    () =>
      new Promise<string>((resolve, reject) => {
        request({ port, host: '127.0.0.1', agent: false }, (answer) => resolve(text(answer)))
          .on('error', reject)
          .end();
      }),
  );
  await all;
  return { responses, bodies };
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('answers of one turn go out together at its end, each with its own body', async () => {
  const { responses, bodies } = await collect(3);
  for (const [at, response] of responses.entries()) endWithTurn(response, at === 1 ? undefined : `body ${at}`);
  expect(responses.map((response) => response.writableEnded)).toEqual([false, false, false]);
  await nextTurn();
  expect(responses.map((response) => response.writableEnded)).toEqual([true, true, true]);
  expect(await Promise.all(bodies)).toEqual(['body 0', '', 'body 2']);
});

test('a long body does not wait', async () => {
  const { responses, bodies } = await collect(1);
  const body = Buffer.alloc(100_000, 'x');
  for (const response of responses) endWithTurn(response, body);
  expect(responses[0]?.writableEnded).toBe(true);
  expect(await Promise.all(bodies)).toEqual([body.toString()]);
});

test('an answer whose client has gone harms none of the others', async () => {
  const { responses, bodies } = await collect(2);
  const [gone, other] = responses;
  gone?.destroy();
  for (const response of responses) endWithTurn(response, 'body');
  await expect(bodies[0]).rejects.toThrow();
  expect(await bodies[1]).toBe('body');
  expect(other?.writableEnded).toBe(true);
});

test('a client that is alone waits for nothing, until there are others again', async () => {
  const { responses, bodies } = await collect(80);
  const rest = responses.values();
  const next = (): ServerResponse => rest.next().value as ServerResponse;
  let waitedTurns = 0;
  // One answer a turn, until answers go at once.
  for (let isAtOnce = false; !isAtOnce; ) {
    const response = next();
    endWithTurn(response, 'alone');
    isAtOnce = response.writableEnded;
    if (!isAtOnce) waitedTurns += 1;
    await nextTurn();
  }
  expect(waitedTurns).toBeLessThan(10);
  // Two a turn, until they go together.
  let atOnce = 0;
  for (let isTogether = false; !isTogether; ) {
    const pair = [next(), next()];
    for (const response of pair) endWithTurn(response, 'together');
    isTogether = pair.every((response) => !response.writableEnded);
    if (!isTogether) atOnce += 1;
    await nextTurn();
  }
  expect(atOnce).toBeLessThan(20);
  for (const response of rest) endWithTurn(response, 'rest');
  const answered = await Promise.all(bodies);
  expect(answered).toHaveLength(80);
  expect(answered.every((body) => ['alone', 'together', 'rest'].includes(body))).toBe(true);
});
