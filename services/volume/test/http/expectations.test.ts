import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { formOf, send } from '../support/raw-http.ts';
import { startWithVolume, type TestService } from '../support/start-test-service.ts';

const FID = '/1,0123456789';
const DATA = Buffer.alloc(2 * 2 ** 20, 'x');

/** A request that has sent no more than its head, which announces `DATA`. */
function announce({ url }: TestService, method: string, path: string, headers: Record<string, string>): ClientRequest {
  const { hostname, port } = new URL(url);
  const announced = { 'content-length': String(DATA.length), expect: '100-continue', ...headers };
  const outgoing = request({ hostname, port, method, path, headers: announced, agent: false });
  outgoing.flushHeaders();
  return outgoing;
}

async function answerTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  const [answer]: [IncomingMessage] = await once(outgoing, 'response').then(([first]) => [first]);
  answer.resume();
  await once(answer, 'close');
  return answer;
}

test('who waits for leave to send a body gets it', async () => {
  const service = await startWithVolume();
  for (const method of ['PUT', 'POST']) {
    const outgoing = announce(service, method, FID, { 'content-type': 'a/b' });
    await once(outgoing, 'continue');
    outgoing.end(DATA);
    const { statusCode } = await answerTo(outgoing);
    expect([method, statusCode]).toEqual([method, method === 'PUT' ? 201 : 204]);
  }
  expect((await send(service.url, 'GET', FID)).body.equals(DATA)).toBe(true);
});

test('and so does a form, whether it waits or not', async () => {
  const service = await startWithVolume();
  const { headers, body } = formOf('text', 'a.txt');
  const put = await send(service.url, 'POST', FID, { ...headers, expect: '100-continue' }, body);
  expect(put.status).toBe(201);
});

test('who is refused hears it before the body is sent, and the connection ends', async () => {
  const service = await startWithVolume();
  for (const [path, status] of [
    ['/1,zz', 400],
    ['/abc,0123456789', 400],
  ] as const) {
    const outgoing = announce(service, 'PUT', path, {});
    let mayGoOn = false;
    outgoing.on('continue', () => {
      mayGoOn = true;
    });
    const { statusCode, headers } = await answerTo(outgoing);
    expect([path, statusCode, headers.connection, mayGoOn]).toEqual([path, status, 'close', false]);
  }
});

test('other expectations are not met', async () => {
  const service = await startWithVolume();
  const { status, headers } = await send(service.url, 'PUT', FID, { expect: 'a miracle' }, 'x');
  expect([status, headers.connection]).toEqual([417, 'close']);
  expect((await send(service.url, 'GET', FID)).status).toBe(404);
});

test('what is not for bodies is answered as without the expectation', async () => {
  const service = await startWithVolume();
  expect((await send(service.url, 'PUT', FID, {}, 'x')).status).toBe(201);
  expect((await send(service.url, 'GET', FID, { expect: '100-continue' })).body.toString()).toBe('x');
  expect((await send(service.url, 'DELETE', FID, { expect: '100-continue' })).status).toBe(202);
});
