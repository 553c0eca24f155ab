import type { Metadata } from '@grpc/grpc-js';

/**
 * The four shapes of a gRPC method, as types only. `Init` types are what a sender gives (fields may be missing), the
 * others what a receiver gets (every field present).
 */
export interface UnaryMethod<ReqInit, Req, ResInit, Res> {
  readonly kind: 'unary';
  readonly types?: readonly [ReqInit, Req, ResInit, Res];
}
export interface ServerStreamMethod<ReqInit, Req, ResInit, Res> {
  readonly kind: 'server-stream';
  readonly types?: readonly [ReqInit, Req, ResInit, Res];
}
export interface ClientStreamMethod<ReqInit, Req, ResInit, Res> {
  readonly kind: 'client-stream';
  readonly types?: readonly [ReqInit, Req, ResInit, Res];
}
export interface BidiMethod<ReqInit, Req, ResInit, Res> {
  readonly kind: 'bidi';
  readonly types?: readonly [ReqInit, Req, ResInit, Res];
}

/** What a handler knows of the call it serves. */
export interface CallContext {
  /** Aborts when the client cancels, its deadline passes, or the server cuts what did not drain in time. */
  readonly signal: AbortSignal;
  /** Aborts when the server begins to stop: streams without an end of their own should end now. */
  readonly stopping: AbortSignal;
  /** `address:port` of the client. */
  readonly peer: string;
  /** Common name of the client's certificate, where the server asks for one (mTLS). */
  readonly certificateName: string | undefined;
  readonly metadata: Metadata;
}

type Awaitable<T> = T | Promise<T>;

type Handler<M> =
  M extends UnaryMethod<infer _A, infer Req, infer ResInit, infer _B>
    ? (request: Req, context: CallContext) => Awaitable<ResInit>
    : M extends ServerStreamMethod<infer _A, infer Req, infer ResInit, infer _B>
      ? (request: Req, context: CallContext) => AsyncIterable<ResInit>
      : M extends ClientStreamMethod<infer _A, infer Req, infer ResInit, infer _B>
        ? (requests: AsyncIterable<Req>, context: CallContext) => Awaitable<ResInit>
        : M extends BidiMethod<infer _A, infer Req, infer ResInit, infer _B>
          ? (requests: AsyncIterable<Req>, context: CallContext) => AsyncIterable<ResInit>
          : never;

/** Handlers of a service `S` by method name. A method without one answers UNIMPLEMENTED. */
export type ServiceHandlers<S> = { readonly [K in keyof S]?: Handler<S[K]> };

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the call fails as `deadline-exceeded`. Streams have none unless given. */
  readonly deadlineMs?: number;
}

type Caller<M> =
  M extends UnaryMethod<infer ReqInit, infer _A, infer _B, infer Res>
    ? (request: ReqInit, options?: CallOptions) => Promise<Res>
    : M extends ServerStreamMethod<infer ReqInit, infer _A, infer _B, infer Res>
      ? (request: ReqInit, options?: CallOptions) => AsyncIterableIterator<Res>
      : M extends ClientStreamMethod<infer ReqInit, infer _A, infer _B, infer Res>
        ? (requests: AsyncIterable<ReqInit>, options?: CallOptions) => Promise<Res>
        : M extends BidiMethod<infer ReqInit, infer _A, infer _B, infer Res>
          ? (requests: AsyncIterable<ReqInit>, options?: CallOptions) => AsyncIterableIterator<Res>
          : never;

/** The methods of a service `S` as a client calls them. Each rejects or throws with RpcError. */
export type ServiceCallers<S> = { readonly [K in keyof S]: Caller<S[K]> };
