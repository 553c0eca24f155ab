import type { Client } from '@grpc/grpc-js';
import { type ChannelSecurity, createCallMetadata } from '../channel-security.ts';
import { toRpcError } from '../client/create-grpc-client.ts';
import { openClient } from '../client/open-client.ts';
import {
  CALL_DEADLINE_MS,
  SESSION_DEADLINE_STEP_MS,
  SESSION_IN_FLIGHT_MAX,
  SESSION_REOPEN_FIRST_MS,
  SESSION_REOPEN_LAST_MS,
  SESSION_UNSENT_BYTES_MAX,
  SESSION_WAITING_MAX,
} from '../limits.ts';
import type { CallOptions } from '../method-types.ts';
import { RpcError } from '../rpc-error.ts';
import { createPendingCall, type PendingCall } from './pending-call.ts';
import type { SessionMethod } from './session-method.ts';
import { refuseOtherRecords, sayRecords } from './session-records.ts';
import { SESSION_OPEN } from './session-service.ts';
import { SessionStream } from './session-stream.ts';

export interface SessionClientOptions extends ChannelSecurity {
  /** `host:port` of the gRPC server. */
  readonly address: string;
  readonly deadlineMs?: number;
  readonly inFlightMax?: number;
  readonly waitingMax?: number;
  /** Version of the records of the methods; a server that speaks another is not called. Any when absent. */
  readonly records?: string;
}

const asRpcError = (error: unknown): RpcError => {
  const known = toRpcError(error);
  return known instanceof RpcError ? known : new RpcError('unavailable', 'the session failed', { cause: known });
};

/**
 * Many concurrent calls over one stream to one server.
 *
 * - It opens with the first call and again after it broke. When an attempt to open fails, every call that waits for it
 *   fails as `unavailable`; calls made before the next attempt is due wait for that.
 * - A call that was under way when the session broke fails as `unavailable`: the server may have executed it.
 * - Up to `inFlightMax` calls are under way; up to `waitingMax` more wait; any further is `resource-exhausted`.
 */
export class SessionClient {
  readonly #options: SessionClientOptions;
  readonly #client: Client;
  readonly #waiting: PendingCall[] = [];
  /** Streams with calls under way; the current one and those whose server is leaving. */
  readonly #streams = new Set<SessionStream>();
  #current: SessionStream | undefined;
  #isOpen = false;
  #reopenDelayMs = 0;
  #reopenTimer: NodeJS.Timeout | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: SessionClientOptions) {
    this.#options = options;
    this.#client = openClient(options.address, options);
  }

  /** Makes one call. Rejects with RpcError, or with the signal's reason when it aborts. */
  call<Req, Res>(method: SessionMethod<Req, Res>, request: Req, options: CallOptions = {}): Promise<Res> {
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#closed) return Promise.reject(new RpcError('cancelled', 'the session is closed'));
    const deadlineMs = options.deadlineMs ?? this.#options.deadlineMs ?? CALL_DEADLINE_MS;
    const { pending, promise } = createPendingCall(method, request, performance.now() + deadlineMs);
    if (this.#current !== undefined && this.#hasRoom(this.#current) && this.#waiting.length === 0) {
      this.#current.send(pending);
    } else if (this.#waiting.length >= (this.#options.waitingMax ?? SESSION_WAITING_MAX)) {
      return Promise.reject(new RpcError('resource-exhausted', 'too many calls wait for the session'));
    } else {
      this.#waiting.push(pending);
      this.#openIfNeeded();
    }
    this.#watchDeadlines();
    return signal === undefined ? promise : this.#withSignal(promise, pending, signal);
  }

  /** Fails every call that is not settled and ends the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#reopenTimer);
    clearInterval(this.#deadlineTimer);
    const error = new RpcError('cancelled', 'the session is closed');
    for (const stream of [...this.#streams]) stream.destroy(error);
    this.#failWaiting(error);
    this.#client.close();
  }

  #hasRoom(stream: SessionStream): boolean {
    return (
      this.#isOpen &&
      stream.inFlight < (this.#options.inFlightMax ?? SESSION_IN_FLIGHT_MAX) &&
      stream.unsentBytes < SESSION_UNSENT_BYTES_MAX
    );
  }

  async #withSignal<Res>(promise: Promise<Res>, pending: PendingCall, signal: AbortSignal): Promise<Res> {
    const abort = (): void => {
      if (pending.settled) return;
      for (const stream of this.#streams) stream.cancelWhere((call) => (call === pending ? signal.reason : undefined));
      if (!pending.settled) pending.fail(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #openIfNeeded(): void {
    if (this.#current !== undefined || this.#reopenTimer !== undefined || this.#closed) return;
    if (this.#reopenDelayMs === 0) {
      this.#open();
      return;
    }
    this.#reopenTimer = setTimeout(() => {
      this.#reopenTimer = undefined;
      this.#open();
    }, this.#reopenDelayMs);
  }

  #open(): void {
    const { path, requestSerialize, responseDeserialize } = SESSION_OPEN;
    const { records } = this.#options;
    const metadata = sayRecords(records, createCallMetadata(this.#options));
    const raw = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
    const stream: SessionStream = new SessionStream(
      raw,
      {
        opened: (said) => {
          const refusal = refuseOtherRecords(records, said);
          if (refusal === undefined) this.#onOpened(stream);
          else stream.destroy(refusal);
        },
        settled: () => this.#sendWaiting(),
        leaving: () => this.#onLeaving(stream),
        closed: (error) => this.#onClosed(stream, error),
      },
      asRpcError,
    );
    this.#current = stream;
    this.#isOpen = false;
    this.#streams.add(stream);
  }

  #onOpened(stream: SessionStream): void {
    if (stream !== this.#current) return;
    this.#isOpen = true;
    this.#reopenDelayMs = 0;
    this.#sendWaiting();
  }

  #onLeaving(stream: SessionStream): void {
    stream.end();
    this.#detach(stream);
    if (this.#waiting.length > 0) this.#openIfNeeded();
  }

  #onClosed(stream: SessionStream, error: RpcError): void {
    this.#streams.delete(stream);
    if (stream !== this.#current) return;
    const wasOpen = this.#isOpen;
    this.#detach(stream);
    if (!wasOpen) this.#failWaiting(error);
    else if (this.#waiting.length > 0) this.#openIfNeeded();
  }

  /** The stream takes no more calls; the next one is opened after a pause that grows while none can be opened. */
  #detach(stream: SessionStream): void {
    if (stream !== this.#current) return;
    this.#current = undefined;
    this.#isOpen = false;
    this.#reopenDelayMs = Math.min(Math.max(this.#reopenDelayMs * 2, SESSION_REOPEN_FIRST_MS), SESSION_REOPEN_LAST_MS);
  }

  #sendWaiting(): void {
    let sent = 0;
    for (; sent < this.#waiting.length; sent++) {
      const stream = this.#current;
      if (stream === undefined || !this.#hasRoom(stream)) break;
      const call = this.#waiting[sent];
      if (call !== undefined && !call.settled) stream.send(call);
    }
    if (sent > 0) this.#waiting.splice(0, sent);
  }

  #failWaiting(error: RpcError): void {
    for (const call of this.#waiting.splice(0)) if (!call.settled) call.fail(error);
  }

  #watchDeadlines(): void {
    if (this.#deadlineTimer !== undefined) return;
    this.#deadlineTimer = setInterval(() => this.#expire(), SESSION_DEADLINE_STEP_MS);
    this.#deadlineTimer.unref();
  }

  #expire(): void {
    const nowMs = performance.now();
    let left = 0;
    const expired = (call: PendingCall): RpcError | undefined =>
      call.deadlineAtMs <= nowMs
        ? new RpcError('deadline-exceeded', `${call.methodName} was not answered in time`)
        : undefined;
    for (const stream of this.#streams) {
      stream.cancelWhere(expired);
      left += stream.inFlight;
    }
    for (const call of this.#waiting) {
      const error = call.settled ? undefined : expired(call);
      if (error !== undefined) call.fail(error);
    }
    left += this.#waiting.length;
    if (left > 0) return;
    clearInterval(this.#deadlineTimer);
    this.#deadlineTimer = undefined;
  }
}
