/**
 * The transit engine of HashiCorp Vault and OpenBao as key service: `POST /v1/<mount>/encrypt/<key>` and `.../decrypt/<key>`. The context of KMS is given as associated data, which AES-GCM keys of the engine authenticate.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { KeyError } from './key-error.ts';
import type { KeyService } from './key-service.ts';
import {
  KEY_BYTES,
  TRANSIT_ANSWER_BYTES_MAX,
  TRANSIT_ATTEMPTS_MAX,
  TRANSIT_RETRY_MS,
  TRANSIT_TIMEOUT_MS,
} from './limits.ts';

export interface TransitOptions {
  /** Such as `https://vault:8200`. */
  readonly address: string;
  /** Path of the engine; `transit` when absent. */
  readonly mount?: string;
  readonly namespace?: string;
  /** The token, or the file that holds it, which is read for every request: an agent may renew it. */
  readonly token: string | { readonly file: string };
  readonly timeoutMs?: number;
}

type Answer = Readonly<Record<string, unknown>>;

export class TransitKeyService implements KeyService {
  readonly #options: TransitOptions;

  constructor(options: TransitOptions) {
    this.#options = options;
  }

  async wrap(keyId: string, dataKey: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
    const plaintext = Buffer.from(dataKey).toString('base64');
    const answer = await this.#call('encrypt', keyId, { plaintext, ...associatedData(context) });
    return Buffer.from(textOf(answer, 'ciphertext'));
  }

  async open(keyId: string, wrapped: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
    const ciphertext = Buffer.from(wrapped).toString();
    return keyOf(await this.#call('decrypt', keyId, { ciphertext, ...associatedData(context) }));
  }

  async #call(verb: 'encrypt' | 'decrypt', keyId: string, body: Answer): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#callOnce(`${verb}/${encodeURIComponent(keyId)}`, keyId, body);
      } catch (error) {
        const mayHelp = error instanceof KeyError && error.code === 'unavailable';
        if (!mayHelp || attempt === TRANSIT_ATTEMPTS_MAX) throw error;
        await delay(TRANSIT_RETRY_MS * attempt);
      }
    }
  }

  async #callOnce(path: string, keyId: string, body: Answer): Promise<Answer> {
    const { address, mount = 'transit', namespace, timeoutMs = TRANSIT_TIMEOUT_MS } = this.#options;
    const headers = {
      'content-type': 'application/json',
      'x-vault-token': await this.#readToken(),
      'x-vault-request': 'true',
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    };
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${address.replace(/\/+$/, '')}/v1/${mount}/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = response.status;
      text = await readBounded(response);
    } catch (cause) {
      throw new KeyError('unavailable', `the key service at ${address} does not answer`, { cause });
    }
    if (status === 200) return dataOf(text);
    throw refusalOf(status, keyId, text);
  }

  async #readToken(): Promise<string> {
    const { token } = this.#options;
    if (typeof token === 'string') return token;
    try {
      return (await readFile(token.file, 'utf8')).trim();
    } catch (cause) {
      throw new KeyError('access-denied', `the token of the key service cannot be read from ${token.file}`, { cause });
    }
  }
}

const associatedData = (context: Uint8Array): Answer =>
  context.length === 0 ? {} : { associated_data: Buffer.from(context).toString('base64') };

async function readBounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of response.body ?? []) {
    sizeBytes += piece.length;
    if (sizeBytes > TRANSIT_ANSWER_BYTES_MAX) throw new RangeError('the answer is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function dataOf(text: string): Answer {
  try {
    const answer: unknown = JSON.parse(text);
    if (isObject(answer) && isObject(answer.data)) return answer.data;
  } catch {
    // Not JSON: told below like any other answer that is none.
  }
  throw new KeyError('unavailable', 'the key service answered with something else than a key');
}

function refusalOf(status: number, keyId: string, text: string): KeyError {
  const reason = text.slice(0, 300);
  if (status === 403 || status === 401) return new KeyError('access-denied', `key ${keyId}: ${reason}`);
  if (status === 404 || /encryption key not found/i.test(text))
    return new KeyError('key-not-found', `there is no key ${keyId}`);
  if (status === 400) return new KeyError('damaged-envelope', `key ${keyId}: ${reason}`);
  return new KeyError('unavailable', `key ${keyId}: the key service answered ${status}`);
}

function keyOf(answer: Answer): Uint8Array {
  const key = Buffer.from(textOf(answer, 'plaintext'), 'base64');
  if (key.length !== KEY_BYTES)
    throw new KeyError('unavailable', `the key service answered with ${key.length} bytes of key`);
  return key;
}

function textOf(answer: Answer, field: string): string {
  const text = answer[field];
  if (typeof text === 'string' && text !== '') return text;
  throw new KeyError('unavailable', `the key service's answer has no ${field}`);
}

const isObject = (value: unknown): value is Answer => typeof value === 'object' && value !== null;
