/** Keys of identity providers change, providers stall and answer too much: with a clock of the test's own. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { OIDC_ANSWER_BYTES_MAX, OIDC_KEYS_FRESH_MS, OIDC_REFETCH_AFTER_MS } from '../core/limits.ts';
import { OidcKeys } from './oidc-keys.ts';

let server: Server;
let url = '';
let nowMs = Date.now();
let fetches = 0;
let answer: (path: string) => unknown;

beforeAll(async () => {
  server = createServer((request, response) => {
    fetches += 1;
    const body = answer(request.url ?? '');
    if (body === undefined) response.writeHead(302, { location: `${url}/elsewhere` });
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const refused = (code: string) => expect.objectContaining({ name: 'WebIdentityError', code });
const provider = () => ({ url, clientIds: ['app'] });

async function makeKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
  const sign = () =>
    new SignJWT({ sub: 'a', aud: 'app', iss: url, exp: Math.floor(nowMs / 1000) + 3_600 })
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(privateKey);
  return { jwk, sign };
}

test('keys are asked for once, again for one that is new, and not more often than bounded', async () => {
  const [first, second] = [await makeKey('first'), await makeKey('second')];
  let keys = [first.jwk];
  answer = (path) => (path.endsWith('/keys') ? { keys } : { jwks_uri: `${url}/keys` });
  const oidc = new OidcKeys({ nowMs: () => nowMs });
  fetches = 0;
  await Promise.all([oidc.prove(await first.sign(), provider()), oidc.prove(await first.sign(), provider())]);
  expect(fetches).toBe(2);
  keys = [second.jwk];
  // A moment after the last time nobody is asked again.
  await expect(oidc.prove(await second.sign(), provider())).rejects.toEqual(refused('InvalidIdentityToken'));
  expect(fetches).toBe(2);
  nowMs += OIDC_REFETCH_AFTER_MS;
  expect(await oidc.prove(await second.sign(), provider())).toMatchObject({ sub: 'a' });
  expect(fetches).toBe(4);
  await expect(oidc.prove(await first.sign(), provider())).rejects.toEqual(refused('InvalidIdentityToken'));
  nowMs += OIDC_KEYS_FRESH_MS;
  await oidc.prove(await second.sign(), provider());
  expect(fetches).toBe(6);
});

test.each([
  ['no JSON', () => 'no'],
  ['too much', () => `"${'x'.repeat(OIDC_ANSWER_BYTES_MAX)}"`],
  ['a redirect', () => undefined],
  ['no address of keys', () => ({})],
  ['an address of keys elsewhere without TLS', () => ({ jwks_uri: 'http://keys.example.com/' })],
  ['no keys', (path: string) => (path.endsWith('/keys') ? {} : { jwks_uri: `${url}/keys` })],
])('a provider that answers %s', async (_what, answers) => {
  answer = answers;
  const { sign } = await makeKey('any');
  const oidc = new OidcKeys({ nowMs: () => nowMs });
  await expect(oidc.prove(await sign(), provider())).rejects.toEqual(refused('IDPCommunicationError'));
});
