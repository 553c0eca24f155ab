import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { Metadata } from '@grpc/grpc-js';
import { type ErrorStatus, errorStatus, type StatusTable } from '../error-status.ts';
import { SESSION_IN_FLIGHT_MAX } from '../limits.ts';
import { RpcError, rpcCodeNumber } from '../rpc-error.ts';
import type { AdapterContext } from '../server/adapt-handler.ts';
import { BatchStream } from './batch-stream.ts';
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import {
  ANSWER,
  CANCEL,
  type EntryVisitor,
  FAILURE,
  LEAVING,
  REQUEST,
  readEntries,
  writeEntry,
} from './session-entry.ts';
import type { SessionCall, SessionRoute } from './session-method.ts';
import { refuseOtherRecords, sayRecords } from './session-records.ts';
import { openFrame, SESSION_OPEN } from './session-service.ts';

const REASON_BYTES_MAX = 255;

interface ServeOptions {
  readonly statusByErrorCode?: StatusTable;
  readonly onFault?: (error: unknown, path: string) => void;
  /** Version of the records of the routes; clients that speak another are refused. Any when absent. */
  readonly sessionRecords?: string;
}

const writeFailure = (status: ErrorStatus, writer: ByteWriter): void => {
  const reason = Buffer.from(status.reason).subarray(0, REASON_BYTES_MAX);
  writer.u8(rpcCodeNumber(status.code));
  writer.u8(reason.length);
  writer.raw(reason);
  writer.raw(Buffer.from(status.message));
};

class ServedCall implements SessionCall {
  readonly #session: ServedSession;
  readonly #id: number;
  #controller: AbortController | undefined;
  #cancelled = false;

  constructor(session: ServedSession, id: number) {
    this.#session = session;
    this.#id = id;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  cancel(): void {
    this.#cancelled = true;
    this.#controller?.abort();
  }

  succeed<Res>(encode: (response: Res, writer: ByteWriter) => void, response: Res): void {
    this.#session.answer(this.#id, encode, response);
  }

  fail(error: unknown): void {
    this.#session.refuse(this.#id, error);
  }
}

/** One client's session: reads batches, dispatches their requests, answers in batches. */
class ServedSession implements EntryVisitor {
  readonly #calls = new Map<number, ServedCall>();
  readonly #routes: ReadonlyMap<number, SessionRoute>;
  readonly #stream: ServerDuplexStream<Buffer, Buffer>;
  readonly #out: BatchStream;
  readonly #options: ServeOptions;
  #leaving = false;

  constructor(
    routes: ReadonlyMap<number, SessionRoute>,
    stream: ServerDuplexStream<Buffer, Buffer>,
    options: ServeOptions,
  ) {
    this.#routes = routes;
    this.#stream = stream;
    this.#options = options;
    this.#out = new BatchStream(stream, { reusesMemory: true });
  }

  read(message: Buffer): void {
    const entries = openFrame(message);
    readEntries(new ByteReader(entries), this);
    if (this.#calls.size >= SESSION_IN_FLIGHT_MAX) this.#stream.pause();
  }

  visit(id: number, kind: number, methodId: number, body: ByteReader): void {
    if (kind === CANCEL) {
      this.#calls.get(id)?.cancel();
      return;
    }
    if (kind !== REQUEST) throw new RpcError('data-loss', `a client sent an entry of kind ${kind}`);
    const call = new ServedCall(this, id);
    this.#calls.set(id, call);
    const route = this.#routes.get(methodId);
    if (route === undefined) call.fail(new RpcError('unimplemented', `no session method ${methodId}`));
    else route.dispatch(call, body);
  }

  answer<Res>(id: number, encode: (response: Res, writer: ByteWriter) => void, response: Res): void {
    if (!this.#calls.has(id)) return;
    try {
      writeEntry(this.#out.writer, id, ANSWER, 0, (writer) => encode(response, writer));
    } catch (error) {
      this.refuse(id, error);
      return;
    }
    this.#finish(id);
  }

  refuse(id: number, error: unknown): void {
    if (!this.#calls.has(id)) return;
    const status = errorStatus(error, this.#options.statusByErrorCode ?? {});
    if (!status.expected) this.#options.onFault?.(error, SESSION_OPEN.path);
    writeEntry(this.#out.writer, id, FAILURE, 0, (writer) => writeFailure(status, writer));
    this.#finish(id);
  }

  /** Tells the client to go elsewhere and ends once everything under way is answered. */
  leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    writeEntry(this.#out.writer, 0, LEAVING, 0);
    this.#out.schedule();
    this.#endWhenIdle();
  }

  /** The client is gone or has ended its half. */
  abandon(): void {
    for (const call of this.#calls.values()) call.cancel();
    this.#calls.clear();
    this.#out.stop();
  }

  endInput(): void {
    this.#leaving = true;
    this.#endWhenIdle();
  }

  #finish(id: number): void {
    this.#calls.delete(id);
    this.#out.schedule();
    if (this.#stream.isPaused() && this.#calls.size < SESSION_IN_FLIGHT_MAX / 2) this.#stream.resume();
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#leaving && this.#calls.size === 0) this.#out.end();
  }
}

/** The library's handler for `Session.Open`. */
export const serveSession = (
  routes: readonly SessionRoute[],
  adapter: AdapterContext,
  options: ServeOptions,
): handleBidiStreamingCall<Buffer, Buffer> => {
  const routesById = new Map(routes.map((route) => [route.id, route]));
  if (routesById.size !== routes.length) throw new Error('two session methods share an id');
  return (stream) => {
    try {
      adapter.authorize(stream);
      const refusal = refuseOtherRecords(options.sessionRecords, stream.metadata);
      if (refusal !== undefined) throw refusal;
    } catch (error) {
      stream.emit('error', adapter.toStatus(error, SESSION_OPEN.path));
      return;
    }
    const session = new ServedSession(routesById, stream, options);
    adapter.running.enter();
    const leave = (): void => session.leave();
    adapter.stopping.addEventListener('abort', leave, { once: true });
    stream.on('data', (message: Buffer) => {
      try {
        session.read(message);
      } catch (error) {
        session.abandon();
        stream.emit('error', adapter.toStatus(error, SESSION_OPEN.path));
      }
    });
    stream.on('end', () => session.endInput());
    stream.on('cancelled', () => session.abandon());
    stream.once('close', () => {
      adapter.running.leave();
      adapter.stopping.removeEventListener('abort', leave);
    });
    // The client counts the session as open, and its requests as possibly executed, from here on.
    stream.sendMetadata(sayRecords(options.sessionRecords, new Metadata()));
    if (adapter.stopping.aborted) leave();
  };
};
