/** What one request leaves in the access log of its bucket. Only requests to logged buckets have one. */
import type { LogDestination } from './log-key.ts';
import type { LogRecord } from './log-record.ts';

/** What is known when the request is let in or refused. */
export type RequestPart = Pick<
  LogRecord,
  | 'bucketOwner'
  | 'bucket'
  | 'timeMs'
  | 'remoteIp'
  | 'requestId'
  | 'operation'
  | 'key'
  | 'requestLine'
  | 'referer'
  | 'userAgent'
  | 'versionId'
  | 'hostId'
  | 'hostHeader'
  | 'cipherSuite'
  | 'tlsVersion'
>;

/** One of the keys of a request that names many. */
export interface LoggedKey {
  readonly key: string;
  readonly versionId: string | undefined;
  readonly status: number;
  readonly errorCode: string | undefined;
}

export class ExchangeLog {
  readonly destination: LogDestination;
  readonly request: RequestPart;
  readonly keys: LoggedKey[] = [];
  /** Operation of the lines of single keys. */
  readonly #keyOperation: string;
  readonly #startMs: number;
  #headMs: number | undefined;
  #status: number | undefined;
  #sentBytes: number | undefined;
  errorCode: string | undefined;
  objectSizeBytes: number | undefined;

  /** @param startMs and all other times by the same clock, which only counts */
  constructor(destination: LogDestination, request: RequestPart, keyOperation: string, startMs: number) {
    this.#keyOperation = keyOperation;
    this.destination = destination;
    this.request = request;
    this.#startMs = startMs;
  }

  /** @param headers flat: name, value, name, value */
  noteHead(status: number, headers: readonly string[], nowMs: number): void {
    this.#status = status;
    this.#headMs = nowMs;
    const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length');
    if (at >= 0) this.#sentBytes = Number(headers[at + 1]);
  }

  /** The records, once all is sent. */
  finish(
    caller: Pick<LogRecord, 'requester' | 'signatureVersion' | 'authType' | 'isAclRequired'>,
    isHead: boolean,
    nowMs: number,
  ): readonly LogRecord[] {
    const own: LogRecord = {
      ...this.request,
      ...caller,
      status: this.#status,
      errorCode: this.errorCode,
      sentBytes: isHead ? undefined : this.#sentBytes,
      objectSizeBytes: this.objectSizeBytes,
      totalMs: nowMs - this.#startMs,
      turnAroundMs: this.#headMs === undefined ? undefined : this.#headMs - this.#startMs,
    };
    const each = this.keys.map((key) => ({
      ...own,
      ...key,
      operation: this.#keyOperation,
      requestLine: undefined,
      sentBytes: undefined,
      objectSizeBytes: undefined,
      totalMs: undefined,
      turnAroundMs: undefined,
    }));
    return [own, ...each];
  }
}
