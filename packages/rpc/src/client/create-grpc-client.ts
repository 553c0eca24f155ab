import type {
  ClientDuplexStream,
  ClientReadableStream,
  ClientWritableStream,
  MethodDefinition,
  ServiceError,
} from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { type ChannelSecurity, createCallMetadata } from '../channel-security.ts';
import { CALL_DEADLINE_MS } from '../limits.ts';
import { findService } from '../load-protos.ts';
import type { CallOptions, ServiceCallers } from '../method-types.ts';
import { RpcError, rpcCodeOf } from '../rpc-error.ts';
import { openClient } from './open-client.ts';

export interface GrpcClientOptions extends ChannelSecurity {
  /** `host:port` of the gRPC server. */
  readonly address: string;
  readonly protos: PackageDefinition;
  /** Full name: `master_pb.Seaweed`. */
  readonly service: string;
  /** For unary calls without a deadline of their own. */
  readonly deadlineMs?: number;
}

export interface GrpcClient<S> {
  readonly call: ServiceCallers<S>;
  /** Ends the connection; calls under way fail. */
  close(): void;
}

type Definition = MethodDefinition<object, object>;

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;

/** What the library threw, as an RpcError; anything that is no status of a call is passed through. */
export const toRpcError = (error: unknown): unknown => {
  if (!isServiceError(error)) return error;
  const [reason] = error.metadata.get('needlestack-reason');
  return new RpcError(rpcCodeOf(error.code), error.details, {
    cause: error,
    reason: typeof reason === 'string' ? reason : '',
  });
};

/**
 * Cancels the call when the signal aborts; returns how to stop listening. A cancel in the very tick in which the call
 * was made would reach the wire before the call and be lost, leaving the server at work: it is put off by one turn.
 */
const cancelOnAbort = (call: { cancel(): void }, signal: AbortSignal | undefined): (() => void) => {
  if (signal === undefined) return () => {};
  const cancel = (): void => {
    setImmediate(() => call.cancel());
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
};

type RequestStream = ClientWritableStream<object> | ClientDuplexStream<object, object>;

const feed = async (call: RequestStream, messages: AsyncIterable<object>): Promise<void> => {
  try {
    for await (const message of messages) {
      if (call.destroyed || call.writableEnded) return;
      if (!call.write(message)) await waitForDrain(call);
    }
    call.end();
  } catch {
    // The sender failed: the server must not take what it has for the whole.
    call.cancel();
  }
};

const waitForDrain = (call: RequestStream): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    call.on('drain', done).on('close', done).on('error', done);
  });

async function* readAll(
  call: ClientReadableStream<object> | ClientDuplexStream<object, object>,
  stopListening: () => void,
): AsyncGenerator<unknown, void, undefined> {
  try {
    yield* call.iterator({ destroyOnReturn: false });
  } catch (error) {
    throw toRpcError(error);
  } finally {
    stopListening();
    setImmediate(() => call.cancel());
  }
}

/** A typed client of one service. Connects when first called and reconnects by itself. */
export const createGrpcClient = <S>(options: GrpcClientOptions): GrpcClient<S> => {
  const client = openClient(options.address, options);
  const definition = findService(options.protos, options.service);
  const metadata = () => createCallMetadata(options);
  const deadlineOf = (deadlineMs: number | undefined) =>
    deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };

  const callUnary =
    ({ path, requestSerialize, responseDeserialize }: Definition) =>
    (request: object, { signal, deadlineMs = options.deadlineMs ?? CALL_DEADLINE_MS }: CallOptions = {}) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const callOptions = deadlineOf(deadlineMs);
        const call = client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          request,
          metadata(),
          callOptions,
          (error, response) => {
            stopListening();
            if (error === null) resolve(response);
            else reject(signal?.aborted === true ? signal.reason : toRpcError(error));
          },
        );
        const stopListening = cancelOnAbort(call, signal);
      });

  const callClientStream =
    ({ path, requestSerialize, responseDeserialize }: Definition) =>
    (requests: AsyncIterable<object>, { signal, deadlineMs }: CallOptions = {}) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const call = client.makeClientStreamRequest(
          path,
          requestSerialize,
          responseDeserialize,
          metadata(),
          deadlineOf(deadlineMs),
          (error, response) => {
            stopListening();
            if (error === null) resolve(response);
            else reject(signal?.aborted === true ? signal.reason : toRpcError(error));
          },
        );
        const stopListening = cancelOnAbort(call, signal);
        void feed(call, requests);
      });

  const callServerStream =
    ({ path, requestSerialize, responseDeserialize }: Definition) =>
    (request: object, { signal, deadlineMs }: CallOptions = {}) => {
      const callOptions = deadlineOf(deadlineMs);
      const call = client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata(),
        callOptions,
      );
      call.on('error', () => {});
      return readAll(call, cancelOnAbort(call, signal));
    };

  const callBidi =
    ({ path, requestSerialize, responseDeserialize }: Definition) =>
    (requests: AsyncIterable<object>, { signal, deadlineMs }: CallOptions = {}) => {
      const callOptions = deadlineOf(deadlineMs);
      const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata(), callOptions);
      call.on('error', () => {});
      void feed(call, requests);
      return readAll(call, cancelOnAbort(call, signal));
    };

  const makeCaller = (method: Definition) => {
    if (method.requestStream) return method.responseStream ? callBidi(method) : callClientStream(method);
    return method.responseStream ? callServerStream(method) : callUnary(method);
  };

  const call = Object.fromEntries(Object.entries(definition).map(([name, method]) => [name, makeCaller(method)]));
  return { call: call as ServiceCallers<S>, close: () => client.close() };
};
