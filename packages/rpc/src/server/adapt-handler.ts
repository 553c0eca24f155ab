import type {
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerDuplexStream,
  ServerWritableStream,
  StatusObject,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import type { CallContext } from '../method-types.ts';
import type { IdentifiedCall } from './authorize-call.ts';
import { CallScope, type ServerCall } from './call-scope.ts';
import { readMessages } from './read-messages.ts';
import type { RunningCalls } from './running-calls.ts';

/** A handler whose message types are no longer known: what the table of a service holds at run time. */
export type ErasedHandler = (input: unknown, context: CallContext) => unknown;

export interface AdapterContext {
  /** Throws unless the call may proceed. */
  readonly authorize: (call: IdentifiedCall) => void;
  /** Turns what was thrown into the status that ends the call, and logs it when it is a fault. */
  readonly toStatus: (error: unknown, path: string) => Partial<StatusObject>;
  readonly stopping: AbortSignal;
  readonly running: RunningCalls;
}

interface MethodShape {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

type ResponseStream = ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>;

/** Resolves when the client has taken enough, or is gone. */
const waitForDrain = (call: ResponseStream): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done).off('close', done);
      resolve();
    };
    call.on('drain', done).on('close', done);
  });

/** Writes what the handler yields, no faster than the client takes it. */
const pump = async (call: ResponseStream, messages: unknown): Promise<void> => {
  if (!isAsyncIterable(messages)) throw new TypeError('a streaming handler must return an async iterable');
  for await (const message of messages) {
    if (call.cancelled || call.destroyed) return;
    if (!call.write(message) && !call.destroyed) await waitForDrain(call);
  }
};

/** Makes the library's handler from one of ours, by the shape of the method. */
export const adaptHandler = (
  shape: MethodShape,
  handler: ErasedHandler,
  adapter: AdapterContext,
): UntypedHandleCall => {
  const open = (call: ServerCall & IdentifiedCall): CallScope => {
    adapter.authorize(call);
    return new CallScope(call, adapter.stopping);
  };
  const streamOut = async (call: ResponseStream, input: () => unknown): Promise<void> => {
    adapter.running.enter();
    try {
      await pump(call, handler(input(), open(call)));
      if (!call.destroyed) call.end();
    } catch (error) {
      if (!call.cancelled && !call.destroyed) call.emit('error', adapter.toStatus(error, shape.path));
    } finally {
      adapter.running.leave();
    }
  };
  if (shape.responseStream) {
    if (!shape.requestStream) {
      const serve: handleServerStreamingCall<unknown, unknown> = (call) => {
        void streamOut(call, () => call.request);
      };
      return serve;
    }
    const serve: handleBidiStreamingCall<unknown, unknown> = (call) => {
      void streamOut(call, () => readMessages(call));
    };
    return serve;
  }
  if (shape.requestStream) {
    const serve: handleClientStreamingCall<unknown, unknown> = async (call, callback) => {
      adapter.running.enter();
      try {
        callback(null, await handler(readMessages(call), open(call)));
      } catch (error) {
        callback(adapter.toStatus(error, shape.path));
      } finally {
        adapter.running.leave();
      }
    };
    return serve;
  }
  const serve: handleUnaryCall<unknown, unknown> = async (call, callback) => {
    adapter.running.enter();
    try {
      callback(null, await handler(call.request, open(call)));
    } catch (error) {
      callback(adapter.toStatus(error, shape.path));
    } finally {
      adapter.running.leave();
    }
  };
  return serve;
};
