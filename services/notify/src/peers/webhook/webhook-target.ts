/** Delivers events by HTTP POST. Acknowledged by any 2xx once its body is drained; redirects are never followed, proxies are ignored. */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { ANSWER_BYTES_DRAINED_MAX, LANES } from '../../core/limits.ts';
import type { Clock, Target } from '../../core/ports.ts';
import { classifyHttpError, classifyHttpStatus, describeHttpError } from './classify-http.ts';
import { createGuardedLookup } from './endpoint-guard.ts';
import type { WebhookSettings } from './webhook-settings.ts';

/** PEM texts, read from the files that the settings name. */
export interface WebhookTls {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

const IDLE_SOCKET_MS = 30_000;

export function createWebhookTarget(settings: WebhookSettings, tls: WebhookTls, clock: Pick<Clock, 'nowMs'>): Target {
  const agent = createAgent(settings, tls);
  const authorization = settings.authToken === '' ? {} : { authorization: authorizationOf(settings.authToken) };
  const exchange = createExchange(settings.endpoint, agent);
  return {
    send: async (entry, signal) => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutMs)]);
      const headers = {
        ...authorization,
        'content-type': entry.contentType,
        'content-length': entry.body.length,
        'x-needlestack-event-id': entry.eventId,
      };
      try {
        const answer = await exchange({ method: 'POST', headers, body: entry.body, signal: deadline });
        return classifyHttpStatus(answer.status, answer.retryAfter, clock.nowMs());
      } catch (error) {
        if (signal.aborted) throw error;
        return classifyHttpError(error);
      }
    },
    probe: async (signal) => {
      try {
        await exchange({ method: 'HEAD', path: '/', headers: authorization, signal });
        return undefined;
      } catch (error) {
        return describeHttpError(error);
      }
    },
    close: () => {
      agent.destroy();
      return Promise.resolve();
    },
  };
}

interface Exchange {
  readonly method: 'POST' | 'HEAD';
  /** In place of the endpoint's. */
  readonly path?: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

function createExchange(endpoint: URL, agent: HttpAgent | HttpsAgent): (exchange: Exchange) => Promise<Answer> {
  const request = endpoint.protocol === 'https:' ? requestHttps : requestHttp;
  return ({ method, path = endpoint.pathname + endpoint.search, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const outgoing = request(endpoint, { method, path, headers, agent, signal }, (incoming) => {
        drain(incoming, outgoing).then(() => {
          resolve({ status: incoming.statusCode ?? 0, retryAfter: incoming.headers['retry-after'] });
        }, reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
}

/** Reads the rest of the answer so that its connection can be used again; a long one is cut, with its connection. */
async function drain(incoming: IncomingMessage, outgoing: ClientRequest): Promise<void> {
  let drainedBytes = 0;
  for await (const chunk of incoming) {
    drainedBytes += chunk.length;
    if (drainedBytes <= ANSWER_BYTES_DRAINED_MAX) continue;
    outgoing.destroy();
    return;
  }
}

function createAgent(settings: WebhookSettings, tls: WebhookTls): HttpAgent | HttpsAgent {
  const options = {
    keepAlive: true,
    maxSockets: LANES,
    timeout: IDLE_SOCKET_MS,
    lookup: createGuardedLookup(settings.endpoint),
  };
  if (settings.endpoint.protocol === 'http:') return new HttpAgent(options);
  return new HttpsAgent({ ...options, ...tls, rejectUnauthorized: !settings.skipTlsVerify });
}

/** One word is a bearer token; two words are scheme and credentials as they are. */
function authorizationOf(token: string): string {
  return /\s/.test(token) ? token : `Bearer ${token}`;
}
