/**
 * Keys of identity providers: found through discovery, remembered, and fetched anew when a token names one that is not among them.
 * A provider that does not answer is waited for briefly; what it answers is bounded, and where it redirects to is not followed.
 */
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { nameOfIssuer } from '../core/iam/provider-url.ts';
import { WebIdentityError } from '../core/iam/web-identity-error.ts';
import {
  OIDC_ANSWER_BYTES_MAX,
  OIDC_KEYS_FRESH_MS,
  OIDC_PROVIDERS_MAX,
  OIDC_REFETCH_AFTER_MS,
  OIDC_TIMEOUT_MS,
} from '../core/limits.ts';

/** Signatures that only the provider can make: nothing with a shared secret, and not none. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

interface ProviderKeys {
  readonly keySet: JSONWebKeySet;
  readonly fetchedMs: number;
}

/** The library's errors say what they are by code. */
const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

export class OidcKeys {
  readonly #known = new Map<string, ProviderKeys>();
  readonly #underWay = new Map<string, Promise<ProviderKeys>>();
  readonly #nowMs: () => number;

  constructor(options: { readonly nowMs: () => number }) {
    this.#nowMs = options.nowMs;
  }

  /**
   * @param provider.clientIds whom tokens may be for; anyone when undefined
   * @throws WebIdentityError
   */
  async prove(
    token: string,
    provider: { readonly url: string; readonly clientIds: readonly string[] | undefined },
  ): Promise<JWTPayload> {
    const keys = await this.#keysOf(provider.url, OIDC_KEYS_FRESH_MS);
    try {
      return await this.#verify(token, keys, provider);
    } catch (error) {
      if (codeOf(error) !== 'ERR_JWKS_NO_MATCHING_KEY') throw toWebIdentityError(error);
    }
    // The provider may have changed its keys since.
    const newer = await this.#keysOf(provider.url, OIDC_REFETCH_AFTER_MS);
    try {
      return await this.#verify(token, newer, provider);
    } catch (error) {
      throw toWebIdentityError(error);
    }
  }

  async #verify(
    token: string,
    { keySet }: ProviderKeys,
    { url, clientIds }: { readonly url: string; readonly clientIds: readonly string[] | undefined },
  ): Promise<JWTPayload> {
    // Loaded with the first token: most gateways never see one.
    const { createLocalJWKSet, jwtVerify } = await import('jose');
    const { payload } = await jwtVerify(token, createLocalJWKSet(keySet), {
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'iss', 'aud', 'sub'],
      currentDate: new Date(this.#nowMs()),
    });
    if (nameOfIssuer(payload.iss ?? '') !== nameOfIssuer(url)) throw invalidToken('The token has another issuer');
    const audiences = [payload.aud, payload.azp].flat();
    if (clientIds !== undefined && !audiences.some((each) => typeof each === 'string' && clientIds.includes(each)))
      throw invalidToken('Incorrect token audience');
    return payload;
  }

  #keysOf(url: string, freshMs: number): Promise<ProviderKeys> {
    const known = this.#known.get(url);
    if (known !== undefined && this.#nowMs() - known.fetchedMs < freshMs) return Promise.resolve(known);
    const underWay = this.#underWay.get(url);
    if (underWay !== undefined) return underWay;
    const fetching = this.#fetch(url).finally(() => this.#underWay.delete(url));
    this.#underWay.set(url, fetching);
    return fetching;
  }

  async #fetch(url: string): Promise<ProviderKeys> {
    const discovery = await fetchJson(`${url}/.well-known/openid-configuration`);
    const { jwks_uri: keysUrl } = discovery;
    if (typeof keysUrl !== 'string' || !isReachable(keysUrl, url))
      throw unreachable('the provider names no address of its keys');
    const { keys } = await fetchJson(keysUrl);
    if (!Array.isArray(keys)) throw unreachable('the provider answered no keys');
    const found: ProviderKeys = { keySet: { keys }, fetchedMs: this.#nowMs() };
    if (this.#known.size >= OIDC_PROVIDERS_MAX) this.#known.clear();
    this.#known.set(url, found);
    return found;
  }
}

/** https, or where the provider itself is: http on this machine. */
const isReachable = (keysUrl: string, providerUrl: string): boolean => {
  if (!URL.canParse(keysUrl)) return false;
  const { protocol, hostname } = new URL(keysUrl);
  return (
    protocol === 'https:' ||
    (protocol === 'http:' && hostname === new URL(providerUrl).hostname && providerUrl.startsWith('http:'))
  );
};

const fetchJson = async (url: string): Promise<Readonly<Record<string, unknown>>> => {
  let value: unknown;
  try {
    const answer = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(OIDC_TIMEOUT_MS),
    });
    if (answer.status !== 200 || answer.body === null) throw new Error(`status ${answer.status}`);
    value = JSON.parse(await readBounded(answer.body));
  } catch (cause) {
    throw unreachable('the provider did not answer as it should', cause);
  }
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw unreachable('the provider answered no object');
};

const readBounded = async (body: ReadableStream<Uint8Array>): Promise<string> => {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of body) {
    sizeBytes += piece.length;
    if (sizeBytes > OIDC_ANSWER_BYTES_MAX) throw new Error(`more than ${OIDC_ANSWER_BYTES_MAX} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};

const unreachable = (what: string, cause?: unknown): WebIdentityError =>
  new WebIdentityError(
    'IDPCommunicationError',
    `Couldn't retrieve verification key from your identity provider: ${what}`,
    {
      cause,
    },
  );

const invalidToken = (message: string): WebIdentityError => new WebIdentityError('InvalidIdentityToken', message);

const toWebIdentityError = (error: unknown): WebIdentityError => {
  if (error instanceof WebIdentityError) return error;
  if (codeOf(error) === 'ERR_JWT_EXPIRED')
    return new WebIdentityError('ExpiredTokenException', 'Token expired', { cause: error });
  return new WebIdentityError('InvalidIdentityToken', 'The token does not prove what it says', { cause: error });
};
