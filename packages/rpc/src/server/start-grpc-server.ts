import { Metadata, Server, type StatusObject, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { PackageDefinition } from '@grpc/proto-loader';
import { HealthImplementation } from 'grpc-health-check';
import { createServerCredentials, isLoopbackHost, type ServerSecurity } from '../channel-security.ts';
import { errorStatus, type StatusTable } from '../error-status.ts';
import { installFrameDecoder } from '../install-frame-decoder.ts';
import {
  KEEPALIVE_INTERVAL_MS,
  KEEPALIVE_TIMEOUT_MS,
  LAST_ANSWERS_MS,
  MESSAGE_BYTES_MAX,
  STREAMS_PER_CONNECTION_MAX,
} from '../limits.ts';
import { findService } from '../load-protos.ts';
import type { ServiceHandlers } from '../method-types.ts';
import { rpcCodeNumber } from '../rpc-error.ts';
import { serveSession } from '../session/serve-session.ts';
import type { SessionRoute } from '../session/session-method.ts';
import { SESSION_SERVICE, SESSION_SERVICE_NAME } from '../session/session-service.ts';
import { type AdapterContext, adaptHandler, type ErasedHandler } from './adapt-handler.ts';
import { addReflection } from './add-reflection.ts';
import { createNameCheck, createTokenCheck } from './authorize-call.ts';
import { asListenError, muteListenFailures } from './listen-failure.ts';
import { RunningCalls } from './running-calls.ts';
import { type RestOfPieces, sendInPieces } from './send-in-pieces.ts';
import { serializeSpentBytes } from './serialize-spent-bytes.ts';
import { widenReceiveWindows } from './widen-receive-windows.ts';

/** A service with its handlers; made by `bindService`, which checks the handlers' types. */
export interface BoundService {
  readonly name: string;
  readonly handlers: Readonly<Record<string, ErasedHandler | undefined>>;
  readonly longAnswers?: LongAnswers;
}

export interface LongAnswer {
  /** Field of the answer whose bytes the handler gives away with all of their memory: they are freed once they are copied. */
  readonly spentField: string;
  /** Answers go at once without it. */
  readonly rest?: RestOfPieces;
}

/** How unary methods with long answers send them. */
export type LongAnswers = Readonly<Record<string, LongAnswer | undefined>>;

/** Binds handlers to a service `S` by its full name: `bindService<Seaweed>('master_pb.Seaweed', { Assign: ... })`. */
export const bindService = <S>(
  name: string,
  handlers: ServiceHandlers<S>,
  longAnswers: LongAnswers = {},
): BoundService => ({
  name,
  handlers: handlers as Readonly<Record<string, ErasedHandler | undefined>>,
  longAnswers,
});

export interface GrpcServerOptions extends ServerSecurity {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Files of /proto that hold the services; what they import is found beside them. */
  readonly protos: PackageDefinition;
  readonly services: readonly BoundService[];
  /** Methods served over multiplexed sessions. */
  readonly sessionRoutes?: readonly SessionRoute[];
  /** Version of their records; clients that speak another are refused. Any when absent. */
  readonly sessionRecords?: string;
  readonly statusByErrorCode?: StatusTable;
  /** Told of every fault that a client only sees as `internal`. */
  readonly onFault?: (error: unknown, path: string) => void;
  readonly messageBytesMax?: number;
  /** Listen off loopback without a token or mTLS: the operator says that the network is guarded by other means. */
  readonly trustsNetwork?: boolean;
}

export interface GrpcServer {
  readonly port: number;
  /** Methods of the bound services that answer UNIMPLEMENTED: `/package.Service/Method`. */
  readonly unimplementedMethods: readonly string[];
  /** What the standard health service answers for a service, or for the whole server when no name is given. */
  setServing(serving: boolean, service?: string): void;
  /** Refuses new calls, lets running ones finish, and cuts the rest when the deadline aborts. */
  close(deadline?: AbortSignal): Promise<void>;
}

/** Nobody but this machine, or only those who prove themselves: anything else is refused before it listens. */
const checkSecurity = (options: GrpcServerOptions): void => {
  const proves = options.authToken !== undefined || options.tls?.clientCaPem !== undefined;
  if (proves || options.trustsNetwork === true || isLoopbackHost(options.host)) return;
  throw new Error(
    `refusing to serve gRPC on ${options.host === '' ? 'every address' : options.host} without a token or mTLS: set one, or listen on 127.0.0.1`,
  );
};

const bindPort = (server: Server, options: GrpcServerOptions): Promise<number> =>
  new Promise((resolve, reject) => {
    const host = options.host.includes(':') && !options.host.startsWith('[') ? `[${options.host}]` : options.host;
    server.bindAsync(`${host}:${options.port}`, createServerCredentials(options), (error, port) => {
      if (error === null) resolve(port);
      else reject(asListenError(error, options.host, options.port));
    });
  });

const shutDown = (server: Server, running: RunningCalls, deadline: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    let flushing: NodeJS.Timeout | undefined;
    let ended = false;
    const end = (): void => {
      ended = true;
      clearTimeout(flushing);
      deadline?.removeEventListener('abort', end);
      // Idle connections with keep-alive would hold the process; nothing is under way on them any more.
      server.forceShutdown();
      resolve();
    };
    server.tryShutdown(end);
    // The library waits for ever for a connection that breaks in this very moment. Once all calls are answered, it gets a moment.
    void running.idle().then(() => {
      if (!ended) flushing = setTimeout(end, LAST_ANSWERS_MS);
    });
    if (deadline?.aborted === true) end();
    else deadline?.addEventListener('abort', end, { once: true });
  });

const createAdapter = (options: GrpcServerOptions, running: RunningCalls, stopping: AbortSignal): AdapterContext => {
  const checkToken = options.authToken === undefined ? undefined : createTokenCheck(options.authToken);
  const names = options.tls?.clientNames;
  const checkName = names === undefined ? undefined : createNameCheck(names);
  const table = options.statusByErrorCode ?? {};
  return {
    stopping,
    running,
    authorize: (call) => {
      checkToken?.(call.metadata);
      checkName?.(call);
    },
    toStatus: (error, path): Partial<StatusObject> => {
      const status = errorStatus(error, table);
      if (!status.expected) options.onFault?.(error, path);
      const metadata = new Metadata();
      if (status.reason !== '') metadata.set('needlestack-reason', status.reason);
      return { code: rpcCodeNumber(status.code), details: status.message, metadata };
    },
  };
};

const addServices = (server: Server, options: GrpcServerOptions, adapter: AdapterContext): string[] => {
  const unimplemented: string[] = [];
  for (const { name, handlers, longAnswers = {} } of options.services) {
    const definition = { ...findService(options.protos, name) };
    const unknown = Object.keys(handlers).find((method) => !Object.hasOwn(definition, method));
    if (unknown !== undefined) throw new Error(`service ${name} has no method ${unknown}`);
    const implementation: UntypedServiceImplementation = {};
    for (const [method, shape] of Object.entries(definition)) {
      const handler = handlers[method];
      if (handler === undefined) unimplemented.push(shape.path);
      else implementation[method] = adaptHandler(shape, handler, adapter);
      const spent = longAnswers[method]?.spentField;
      if (spent !== undefined) definition[method] = { ...shape, responseSerialize: serializeSpentBytes(shape, spent) };
    }
    server.addService(definition, implementation);
  }
  return unimplemented;
};

function restsOf({ protos, services }: GrpcServerOptions): Map<string, RestOfPieces> {
  const rests = new Map<string, RestOfPieces>();
  for (const { name, longAnswers = {} } of services) {
    for (const [method, { path }] of Object.entries(findService(protos, name))) {
      const rest = longAnswers[method]?.rest;
      if (rest !== undefined) rests.set(path, rest);
    }
  }
  return rests;
}

/**
 * Starts a gRPC server with reflection (v1 and v1alpha), the standard health service and, when there are session
 * routes, multiplexed sessions. Rejects with the system's error when the port is taken, and when the host is not loopback and neither a token
 * nor mTLS guards it. Only the health service answers without the token.
 */
export const startGrpcServer = async (options: GrpcServerOptions): Promise<GrpcServer> => {
  checkSecurity(options);
  installFrameDecoder();
  muteListenFailures();
  const server = new Server({
    'grpc.max_receive_message_length': options.messageBytesMax ?? MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': options.messageBytesMax ?? MESSAGE_BYTES_MAX,
    'grpc.max_concurrent_streams': STREAMS_PER_CONNECTION_MAX,
    'grpc.keepalive_time_ms': KEEPALIVE_INTERVAL_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  });
  const stopping = new AbortController();
  const running = new RunningCalls();
  const adapter = createAdapter(options, running, stopping.signal);
  const unimplementedMethods = addServices(server, options, adapter);
  const routes = options.sessionRoutes ?? [];
  if (routes.length > 0) server.addService(SESSION_SERVICE, { Open: serveSession(routes, adapter, options) });
  const names = options.services.map(({ name }) => name);
  addReflection(server, options.protos, routes.length > 0 ? [...names, SESSION_SERVICE_NAME] : names, adapter);
  const health = new HealthImplementation({ '': 'SERVING' });
  for (const name of names) health.setStatus(name, 'SERVING');
  health.addToServer(server);
  const port = await bindPort(server, options);
  const endings = [widenReceiveWindows(port), sendInPieces(port, restsOf(options))];
  let closed: Promise<void> | undefined;
  return {
    port,
    unimplementedMethods,
    setServing: (serving, service = '') => health.setStatus(service, serving ? 'SERVING' : 'NOT_SERVING'),
    close: (deadline) => {
      if (closed === undefined) {
        health.setStatus('', 'NOT_SERVING');
        closed = shutDown(server, running, deadline).finally(() => {
          for (const end of endings) end();
        });
        stopping.abort(new Error('the server is stopping'));
      }
      return closed;
    },
  };
};
