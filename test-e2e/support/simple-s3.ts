import { Agent, request } from 'node:http';
import type { StoreCredentials } from '@needlestack/test-servers';
import { signRequest } from './sign-request.ts';

export interface SimpleAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A client without retries, checksums or surprises, for load whose every answer counts. */
export class SimpleS3 {
  readonly #url: URL;
  readonly #credentials: StoreCredentials;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(url: string, credentials: StoreCredentials) {
    this.#url = new URL(url);
    this.#credentials = credentials;
  }

  /** Sends a signed request. Rejects only when no whole answer came. `path` and `query` are encoded; `more` are headers, of lower case. */
  send(
    method: string,
    path: string,
    query = '',
    body: Buffer = Buffer.alloc(0),
    more: Readonly<Record<string, string>> = {},
  ): Promise<SimpleAnswer> {
    const { headers } = signRequest(
      { method, path, query, headers: more, body },
      { credentials: this.#credentials, host: this.#url.host },
    );
    const target = query === '' ? path : `${path}?${query}`;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.#agent,
          host: this.#url.hostname,
          port: this.#url.port,
          method,
          path: target,
          headers: { ...headers, 'content-length': body.length },
        },
        (response) => {
          const pieces: Buffer[] = [];
          response.on('data', (piece: Buffer) => pieces.push(piece));
          response.on('error', reject);
          response.on('end', () =>
            response.complete
              ? resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) })
              : reject(new Error('the answer broke off')),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
