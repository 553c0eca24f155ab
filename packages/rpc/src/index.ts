export type { ChannelSecurity, ClientNames, ServerSecurity } from './channel-security.ts';
export { isLoopbackHost } from './channel-security.ts';
export { createGrpcClient, type GrpcClient, type GrpcClientOptions } from './client/create-grpc-client.ts';
export { endOnAbort } from './end-on-abort.ts';
export type { StatusTable } from './error-status.ts';
export { findService, loadProtos, PROTO_DIRECTORY } from './load-protos.ts';
export type {
  BidiMethod,
  CallContext,
  CallOptions,
  ClientStreamMethod,
  ServerStreamMethod,
  ServiceCallers,
  ServiceHandlers,
  UnaryMethod,
} from './method-types.ts';
export { PushQueue } from './push-queue.ts';
export { RPC_CODES, type RpcCode, RpcError } from './rpc-error.ts';
export {
  type BoundService,
  bindService,
  type GrpcServer,
  type GrpcServerOptions,
  startGrpcServer,
} from './server/start-grpc-server.ts';
export { ByteReader } from './session/byte-reader.ts';
export { ByteWriter } from './session/byte-writer.ts';
export { SessionClient, type SessionClientOptions } from './session/session-client.ts';
export {
  bindSessionMethod,
  type SessionCallContext,
  type SessionMethod,
  type SessionRoute,
} from './session/session-method.ts';
