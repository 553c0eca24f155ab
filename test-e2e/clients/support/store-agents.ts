import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request } from 'node:http';
import { Agent as HttpsAgent, request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { ClientStore } from './client-store.ts';

/** Every name means loopback: buckets in host names need no name server. */
const lookupLoopback: LookupFunction = (_hostName, { all }, callback) =>
  all === true ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4);

/** Connections of a client in this process. To be destroyed after use. */
export interface StoreAgents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

/** Agents that find the store by any name, and trust its certificate. */
export function openStoreAgents({ environment }: ClientStore): StoreAgents {
  const ca = environment.STORE_CA === undefined ? undefined : readFileSync(environment.STORE_CA);
  const options = { keepAlive: true, lookup: lookupLoopback };
  return {
    httpAgent: new HttpAgent(options),
    httpsAgent: new HttpsAgent({ ...options, ...(ca === undefined ? undefined : { ca }) }),
  };
}

/** What a URL answers to a client that knows nothing of S3. */
export function fetchByUrl(
  store: ClientStore,
  url: string,
  method = 'GET',
  body = '',
): Promise<{ readonly status: number; readonly body: string }> {
  const { httpAgent, httpsAgent } = openStoreAgents(store);
  const isSecure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const sent = (isSecure ? secureRequest : request)(
      url,
      { method, agent: isSecure ? httpsAgent : httpAgent, headers: { 'content-length': Buffer.byteLength(body) } },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          httpAgent.destroy();
          httpsAgent.destroy();
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString() });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
