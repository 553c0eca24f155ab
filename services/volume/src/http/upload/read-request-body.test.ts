import { once } from 'node:events';
import { Readable } from 'node:stream';
import { freeMemory } from '@needlestack/service-kit';
import { readRequestBody } from './read-request-body.ts';

const BYTES_MAX = 1_000_000;

/** A request of which the test sends the body. */
function openRequest(headers: Record<string, string>) {
  return Object.assign(new Readable({ read: () => undefined }), { headers, complete: true });
}

test('a body that is stored and freed before its request ends', async () => {
  const request = openRequest({ 'content-length': '100000' });
  const reading = readRequestBody(request, BYTES_MAX);
  const pieces = [Buffer.alloc(60_000, 'a'), Buffer.alloc(40_000, 'b')];
  for (const piece of pieces) request.push(piece);
  const body = await reading;
  expect([body.length, body[59_999], body[60_000]]).toEqual([100_000, 0x61, 0x62]);
  freeMemory(body);
  const ended = once(request, 'end');
  request.push(null);
  await ended;
  expect(body.length).toBe(0);
});

test('what came in pieces is whole, whether its length was announced or not', async () => {
  for (const headers of [{ 'content-length': '40000' }, {}]) {
    const request = openRequest(headers);
    const reading = readRequestBody(request, BYTES_MAX);
    for (const letter of 'abcd') request.push(Buffer.alloc(10_000, letter));
    request.push(null);
    expect((await reading).toString()).toBe([...'abcd'].map((letter) => letter.repeat(10_000)).join(''));
  }
});
