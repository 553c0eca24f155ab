import type { MetricsRegistry } from '../metrics/metrics-registry.ts';
import type { Readiness } from './readiness.ts';

export interface OpsAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface OpsHandlerOptions {
  readonly readiness: Readiness;
  /** Shown on one page, one after the other. */
  readonly metrics: readonly MetricsRegistry[];
  /** Where the three paths hang: `` on a port of its own, `/-` on the S3 port. */
  readonly prefix?: '' | '/-';
}

/** Answers the path, or is undefined when the path is none of its three. */
export type OpsHandler = (method: string, path: string) => Promise<OpsAnswer> | undefined;

const TEXT = 'text/plain; charset=utf-8';
const JSON_TEXT = 'application/json; charset=utf-8';

const answerReady = (readiness: Readiness): OpsAnswer => {
  const reasons = readiness.reasons();
  const ready = reasons.length === 0;
  return { status: ready ? 200 : 503, contentType: JSON_TEXT, body: `${JSON.stringify({ ready, reasons })}\n` };
};

/**
 * Handles `/healthz` (the process is alive), `/readyz` (it can serve its role, else 503 with the reasons) and
 * `/metrics`. Knows nothing of a server: the caller passes method and path (without the query) and writes the answer.
 */
export const createOpsHandler = (options: OpsHandlerOptions): OpsHandler => {
  const prefix = options.prefix ?? '';
  const renderMetrics = async (): Promise<OpsAnswer> => ({
    status: 200,
    contentType: options.metrics[0]?.contentType ?? TEXT,
    body: (await Promise.all(options.metrics.map((registry) => registry.render()))).join('\n'),
  });
  const answers = new Map<string, () => OpsAnswer | Promise<OpsAnswer>>([
    [`${prefix}/healthz`, () => ({ status: 200, contentType: TEXT, body: 'ok\n' })],
    [`${prefix}/readyz`, () => answerReady(options.readiness)],
    [`${prefix}/metrics`, renderMetrics],
  ]);
  return (method, path) => {
    const answer = answers.get(path);
    if (answer === undefined) return undefined;
    if (method !== 'GET' && method !== 'HEAD') {
      return Promise.resolve({ status: 405, contentType: TEXT, body: 'only GET and HEAD\n' });
    }
    return Promise.resolve(answer());
  };
};
