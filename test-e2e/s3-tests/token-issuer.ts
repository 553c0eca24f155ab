/** An identity provider of OpenID Connect for the suite: discovery, one key, and tokens of its own. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface TokenIssuer {
  /** Signs claims, valid for two hours. */
  issueToken(claims: Readonly<Record<string, unknown>>): string;
  close(): void;
}

const KEY_ID = 'of-the-suite';
const TOKEN_SECONDS = 7_200;

const encodeJson = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @param url where it answers; the suite has it in its source */
export async function startTokenIssuer(url: string): Promise<TokenIssuer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { pathname, port, hostname } = new URL(url);
  const documents = new Map<string, object>([
    [`${pathname}/.well-known/openid-configuration`, { issuer: url, jwks_uri: `${url}/keys` }],
    [`${pathname}/keys`, { keys: [describeKey(publicKey)] }],
  ]);
  const server = createServer((request, response) => {
    const document = documents.get(request.url ?? '');
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  server.listen(Number(port), hostname);
  await once(server, 'listening');
  return {
    issueToken: (claims) => {
      const seconds = Math.floor(Date.now() / 1000);
      const signed = [
        encodeJson({ alg: 'RS256', typ: 'JWT', kid: KEY_ID }),
        encodeJson({ iss: url, iat: seconds, exp: seconds + TOKEN_SECONDS, ...claims }),
      ].join('.');
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const describeKey = (key: KeyObject): object => ({
  ...key.export({ format: 'jwk' }),
  kid: KEY_ID,
  alg: 'RS256',
  use: 'sig',
});
