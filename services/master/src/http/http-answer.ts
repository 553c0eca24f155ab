import type { IncomingMessage } from 'node:http';

/** A request as the routes see it. */
export interface MasterRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Of the query, then of a form body. */
  readonly params: URLSearchParams;
  /** For routes that stream the body. */
  readonly raw: IncomingMessage;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

export interface MasterAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON when present; otherwise the body is empty. */
  readonly json?: unknown;
}

export type MasterRoute = (request: MasterRequest) => MasterAnswer | Promise<MasterAnswer>;

export const jsonAnswer = (json: unknown, status = 200): MasterAnswer => ({ status, json });
