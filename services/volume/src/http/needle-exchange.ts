import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderList } from './header-list.ts';
import { type NeedlePath, splitNeedlePath } from './needle-path.ts';

const NO_QUERY = new URLSearchParams();

/** One request on its way to its answer. What few requests need is worked out when it is asked for. */
export class NeedleExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The method; `GET` also stands for the missing one. */
  readonly method: string;
  /** The path as it came, without the query. */
  readonly pathText: string;
  readonly queryText: string;
  readonly headers = new HeaderList();
  readonly path: NeedlePath;
  #query: URLSearchParams | undefined;
  #gone: AbortController | undefined;
  #isBodyHeldBack = false;

  constructor(request: IncomingMessage, response: ServerResponse) {
    const target = toOriginForm(request.url ?? '/');
    const mark = target.indexOf('?');
    this.request = request;
    this.response = response;
    this.method = request.method ?? 'GET';
    this.pathText = mark < 0 ? target : target.slice(0, mark);
    this.queryText = mark < 0 ? '' : target.slice(mark + 1);
    this.path = splitNeedlePath(this.pathText);
  }

  get query(): URLSearchParams {
    if (this.queryText === '') return NO_QUERY;
    this.#query ??= new URLSearchParams(this.queryText);
    return this.#query;
  }

  /** A parameter of the query; undefined when it is absent or empty. */
  parameter(name: string): string | undefined {
    return this.queryText === '' ? undefined : this.query.get(name) || undefined;
  }

  /** The client waits to hear that it may send the body. An answer that comes before that is the connection's last: it may send it yet. */
  holdBodyBack(): void {
    this.#isBodyHeldBack = true;
    this.response.shouldKeepAlive = false;
  }

  /** To be called before the body is read. */
  letBodyCome(): void {
    if (!this.#isBodyHeldBack) return;
    this.#isBodyHeldBack = false;
    this.response.shouldKeepAlive = this.request.headers.connection?.toLowerCase() !== 'close';
    this.response.writeContinue();
  }

  /** Aborted when the client goes away before it has its answer. */
  get gone(): AbortSignal {
    if (this.#gone === undefined) {
      const gone = new AbortController();
      this.#gone = gone;
      const { response } = this;
      if (response.destroyed) gone.abort();
      else {
        response.once('close', () => {
          if (!response.writableFinished) gone.abort();
        });
      }
    }
    return this.#gone.signal;
  }
}

/** Proxies may name the server in the target, too (RFC 9112, section 3.2.2). */
function toOriginForm(target: string): string {
  if (target.charCodeAt(0) === SLASH) return target;
  const origin = /^https?:\/\/[^/?]*/i.exec(target)?.[0];
  if (origin === undefined) return target;
  const rest = target.slice(origin.length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

const SLASH = 0x2f;
