import { connect } from 'node:net';
import { send } from '../support/raw-http.ts';
import { startWithVolume, type TestService } from '../support/start-test-service.ts';

const PUT = 'PUT /1,0123456789 HTTP/1.1\r\nHost: x\r\n';

/** All that comes back until the server ends the connection. */
function exchange({ httpPort }: TestService, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: httpPort });
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(Buffer.concat(parts).toString()));
    socket.end(text);
  });
}

test.each([
  ['a body that ends early', `${PUT}Content-Length: 10\r\n\r\nhalf`, 400, '{"error":"unexpected EOF"}'],
  [
    'chunks without a length',
    `${PUT}Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n`,
    400,
    '{"error":"invalid byte in chunk length"}',
  ],
  ['a negative length', `${PUT}Content-Length: -1\r\n\r\nx`, 400, '400 Bad Request'],
  ['two lengths', `${PUT}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx`, 400, '400 Bad Request'],
  ['no request', 'hello\r\n\r\n', 400, '400 Bad Request'],
])('%s: said, and nothing written', async (_, text, status, body) => {
  const service = await startWithVolume();
  const answer = await exchange(service, text);
  expect([answer.split(' ')[1], answer.slice(answer.indexOf('\r\n\r\n') + 4)]).toEqual([String(status), body]);
  expect((await send(service.url, 'GET', '/1,0123456789')).status).toBe(404);
});
