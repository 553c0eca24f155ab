import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** One hot call as both sides know it: a number and four codecs of fixed binary records. */
export interface SessionMethod<Req, Res> {
  /** 0 to 255; unique among the methods of one server and never given to another. */
  readonly id: number;
  readonly name: string;
  readonly encodeRequest: (request: Req, writer: ByteWriter) => void;
  readonly decodeRequest: (reader: ByteReader) => Req;
  readonly encodeResponse: (response: Res, writer: ByteWriter) => void;
  /** What it returns may hold views on the received frame. */
  readonly decodeResponse: (reader: ByteReader) => Res;
}

export interface SessionCallContext {
  /** Aborts when the client cancels or goes away. Costs an AbortController; do not ask without need. */
  readonly signal: AbortSignal;
}

/** How the server of a session answers one call. */
export interface SessionCall extends SessionCallContext {
  succeed<Res>(encode: (response: Res, writer: ByteWriter) => void, response: Res): void;
  fail(error: unknown): void;
}

/** A method with its handler; made by `bindSessionMethod`. */
export interface SessionRoute {
  readonly id: number;
  readonly name: string;
  readonly dispatch: (call: SessionCall, reader: ByteReader) => void;
}

/** Joins a method and its handler. A handler that answers without a promise is answered in the same batch. */
export const bindSessionMethod = <Req, Res>(
  method: SessionMethod<Req, Res>,
  handler: (request: Req, context: SessionCallContext) => Res | Promise<Res>,
): SessionRoute => ({
  id: method.id,
  name: method.name,
  dispatch: (call, reader) => {
    let outcome: Res | Promise<Res>;
    try {
      outcome = handler(method.decodeRequest(reader), call);
    } catch (error) {
      call.fail(error);
      return;
    }
    if (outcome instanceof Promise) {
      outcome.then(
        (response) => call.succeed(method.encodeResponse, response),
        (error: unknown) => call.fail(error),
      );
    } else {
      call.succeed(method.encodeResponse, outcome);
    }
  },
});
