/** The transit engine's own wire, spoken by a small server that really encrypts. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyError, TransitKeyService } from '../src/index.ts';
import { unwrapKey, wrapKey } from '../src/wrap-key.ts';

const engineKey = randomBytes(32);
let server: Server;
let address: string;
let token = 'first-token';
/** Statuses that the next requests get in place of an answer. */
let failures: number[] = [];
let requests = 0;

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString()) as Record<string, string>;
}

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  requests += 1;
  const failure = failures.shift();
  if (failure !== undefined) return answer(response, failure, { errors: ['for the test'] });
  if (request.headers['x-vault-token'] !== token) return answer(response, 403, { errors: ['permission denied'] });
  const body = await bodyOf(request);
  const belongsTo = Buffer.from(body.associated_data ?? '', 'base64');
  if (request.url === '/v1/transit/encrypt/lake') {
    const wrapped = wrapKey(Buffer.from(body.plaintext ?? '', 'base64'), engineKey, belongsTo);
    return answer(response, 200, { data: { ciphertext: `vault:v1:${wrapped.toString('base64')}` } });
  }
  if (request.url === '/v1/transit/decrypt/lake') {
    try {
      const wrapped = Buffer.from((body.ciphertext ?? '').replace('vault:v1:', ''), 'base64');
      return answer(response, 200, {
        data: { plaintext: unwrapKey(wrapped, engineKey, belongsTo).toString('base64') },
      });
    } catch {
      return answer(response, 400, { errors: ['cipher: message authentication failed'] });
    }
  }
  return answer(response, 400, { errors: ['encryption key not found'] });
}

beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  failures = [];
  requests = 0;
});

const dataKey = randomBytes(32);
const context = Buffer.from('{"team":"lake"}');

test('a data key goes there wrapped and comes back, its context with it', async () => {
  const service = new TransitKeyService({ address, token });
  const wrapped = await service.wrap('lake', dataKey, context);
  expect(Buffer.from(wrapped).toString()).toMatch(/^vault:v1:/);
  expect(Buffer.from(await service.open('lake', wrapped, context)).equals(dataKey)).toBe(true);
  await expect(service.open('lake', wrapped, Buffer.from('{}'))).rejects.toMatchObject({ code: 'damaged-envelope' });
});

test('what the engine refuses is told by code', async () => {
  const service = new TransitKeyService({ address, token });
  await expect(service.wrap('sea', dataKey, context)).rejects.toMatchObject({ code: 'key-not-found' });
  const stranger = new TransitKeyService({ address, token: 'another' });
  await expect(stranger.wrap('lake', dataKey, context)).rejects.toMatchObject({ code: 'access-denied' });
});

test('a passing failure is tried again, a lasting one is told', async () => {
  const service = new TransitKeyService({ address, token });
  failures = [503, 500];
  expect(await service.wrap('lake', dataKey, context)).toBeInstanceOf(Uint8Array);
  expect(requests).toBe(3);
  failures = [503, 503, 503];
  await expect(service.wrap('lake', dataKey, context)).rejects.toMatchObject({ code: 'unavailable' });
});

test('a service that does not answer costs its time-out, and no more', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const port = (silent.address() as AddressInfo).port;
  const service = new TransitKeyService({ address: `http://127.0.0.1:${port}`, token, timeoutMs: 30 });
  await expect(service.wrap('lake', dataKey, context)).rejects.toThrow(KeyError);
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

test('a token in a file is read for every request', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'needlestack-transit-'));
  const file = join(directory, 'token');
  await writeFile(file, 'first-token\n');
  const service = new TransitKeyService({ address, token: { file } });
  await service.wrap('lake', dataKey, context);
  token = 'second-token';
  await expect(service.wrap('lake', dataKey, context)).rejects.toMatchObject({ code: 'access-denied' });
  await writeFile(file, 'second-token\n');
  await service.wrap('lake', dataKey, context);
  token = 'first-token';
  await rm(directory, { recursive: true });
});
