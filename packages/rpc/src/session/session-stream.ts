import type { ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { RpcError, rpcCodeOf } from '../rpc-error.ts';
import { BatchStream } from './batch-stream.ts';
import { ByteReader } from './byte-reader.ts';
import type { PendingCall } from './pending-call.ts';
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
import { openFrame } from './session-service.ts';

/** What a stream tells the session that opened it. */
export interface SessionStreamEvents {
  /** The server has taken the stream: calls may be sent. @param said what it says of itself */
  opened(said: Metadata): void;
  /** A call was settled, so there is room for another. */
  settled(): void;
  /** The server is leaving; the stream still brings the answers under way. */
  leaving(): void;
  /** The stream is over, with the failure that ended it. */
  closed(error: RpcError): void;
}

const readFailure = (body: ByteReader): RpcError => {
  const code = rpcCodeOf(body.u8());
  const reason = body.raw(body.u8()).toString();
  return new RpcError(code, body.raw(body.remainingBytes).toString(), { reason });
};

/** The client's end of one session stream and the calls that are under way on it. */
export class SessionStream implements EntryVisitor {
  readonly #stream: ClientDuplexStream<Buffer, Buffer>;
  readonly #out: BatchStream;
  readonly #events: SessionStreamEvents;
  readonly #calls = new Map<number, PendingCall>();
  #nextId = 1;
  #over = false;

  constructor(
    stream: ClientDuplexStream<Buffer, Buffer>,
    events: SessionStreamEvents,
    toError: (error: unknown) => RpcError,
  ) {
    this.#stream = stream;
    this.#events = events;
    this.#out = new BatchStream(stream, { reusesMemory: false });
    stream.on('metadata', (said) => {
      if (!this.#over) events.opened(said);
    });
    stream.on('data', (message: Buffer) => this.#read(message));
    stream.on('error', (cause) => {
      const error = toError(cause);
      // What ended the stream says nothing about the calls on it: the server may have executed each of them.
      this.#finish(error, new RpcError('unavailable', error.message, { cause: error }));
    });
    stream.on('end', () => this.#finish(new RpcError('unavailable', 'the server ended the session')));
  }

  get inFlight(): number {
    return this.#calls.size;
  }

  get unsentBytes(): number {
    return this.#out.unsentBytes;
  }

  /** Appends a call to the batch. A request that cannot be encoded fails at once. */
  send(call: PendingCall): void {
    const id = this.#nextId;
    try {
      writeEntry(this.#out.writer, id, REQUEST, call.methodId, call.encode);
    } catch (error) {
      call.fail(error);
      return;
    }
    this.#nextId += 1;
    this.#calls.set(id, call);
    this.#out.schedule();
  }

  /** Fails the calls that `choose` gives an error for, and tells the server to give them up. */
  cancelWhere(choose: (call: PendingCall) => unknown): void {
    for (const [id, call] of this.#calls) {
      const error = choose(call);
      if (error === undefined) continue;
      this.#calls.delete(id);
      writeEntry(this.#out.writer, id, CANCEL, 0);
      call.fail(error);
    }
    this.#out.schedule();
  }

  /** No more calls: ends this half once everything is written; answers still arrive. */
  end(): void {
    this.#out.end();
  }

  /** Ends the stream now; its calls fail with the error. */
  destroy(error: RpcError): void {
    this.#finish(error);
    this.#stream.cancel();
  }

  visit(id: number, kind: number, _methodId: number, body: ByteReader): void {
    if (kind === LEAVING) {
      this.#events.leaving();
      return;
    }
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    if (kind === ANSWER) call.succeed(body);
    else if (kind === FAILURE) call.fail(readFailure(body));
    else call.fail(new RpcError('data-loss', `the server sent an entry of kind ${kind}`));
  }

  #read(message: Buffer): void {
    try {
      readEntries(new ByteReader(openFrame(message)), this);
    } catch (error) {
      this.destroy(error instanceof RpcError ? error : new RpcError('data-loss', 'a session frame cannot be read'));
      return;
    }
    this.#events.settled();
  }

  #finish(error: RpcError, fateOfCalls: RpcError = error): void {
    if (this.#over) return;
    this.#over = true;
    this.#out.stop();
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.fail(fateOfCalls);
    this.#events.closed(error);
  }
}
