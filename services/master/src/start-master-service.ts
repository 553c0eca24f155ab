import { openLmdbKv } from '@needlestack/ordered-kv';
import { isLoopbackHost, loadProtos, startGrpcServer } from '@needlestack/rpc';
import type { MasterPort } from '@needlestack/service-contracts';
import {
  createOpsHandler,
  holdDirectory,
  Lifecycle,
  type Logger,
  MetricsRegistry,
  Readiness,
} from '@needlestack/service-kit';
import type { MasterOptions } from './config.ts';
import type { MasterAddress } from './core/master.ts';
import { STATUS_BY_MASTER_ERROR } from './grpc/grpc-status.ts';
import { bindSeaweedService } from './grpc/seaweed-service.ts';
import { createRequestCheck } from './http/authorize-request.ts';
import { startHttpServer } from './http/start-http-server.ts';
import { createMasterPort } from './master-port.ts';
import { wireMaster } from './wiring.ts';

const CLOSE_GRACE_MS = 5_000;

export interface MasterServiceOptions extends MasterOptions {
  readonly logger: Logger;
}

export interface MasterService {
  /** The master for services of the same process. */
  readonly port: MasterPort;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly metrics: MetricsRegistry;
  readonly readiness: Readiness;
  /** gRPC methods that answer UNIMPLEMENTED. */
  readonly unimplementedMethods: readonly string[];
  close(graceMs?: number): Promise<void>;
}

/** Starts a master: its durable state, then gRPC, then HTTP. When one cannot start, what was started is closed again. */
export const startMasterService = async (options: MasterServiceOptions): Promise<MasterService> => {
  const { logger } = options;
  const lifecycle = new Lifecycle(logger);
  const metrics = new MetricsRegistry('master');
  const readiness = new Readiness();
  let address: MasterAddress = { ip: options.ip, httpPort: options.port, grpcPort: options.grpcPort };
  const onFault = (error: unknown, path: string): void => logger.error({ err: error, path }, 'request failed');

  const kv = await lifecycle.start(
    'state',
    () => openLmdbKv({ directory: options.directory, hold: holdDirectory }),
    (store) => store.close(),
  );
  const { master } = await lifecycle.start(
    'core',
    () => wireMaster(options, kv, logger, metrics, () => address),
    (wired) => wired.close(),
  );
  const grpc = await lifecycle.start(
    'grpc',
    () =>
      startGrpcServer({
        ...options.security,
        host: options.bindIp,
        port: options.grpcPort,
        protos: loadProtos(['master.proto']),
        services: [bindSeaweedService(master)],
        statusByErrorCode: STATUS_BY_MASTER_ERROR,
        onFault,
      }),
    (server, deadline) => server.close(deadline),
  );
  const authorize = createRequestCheck(options.security.authToken, isLoopbackHost(options.bindIp));
  const http = await lifecycle.start(
    'http',
    () =>
      startHttpServer({
        master,
        host: options.bindIp,
        port: options.port,
        ops: createOpsHandler({ readiness, metrics: [metrics] }),
        authorize: options.isHttpDisabled ? () => false : authorize,
        onFault,
      }),
    (server, deadline) => server.close(deadline),
  );
  address = { ip: options.ip, httpPort: http.port, grpcPort: grpc.port };
  readiness.markStarted();
  logger.info({ address }, 'master started');
  return {
    port: createMasterPort(master),
    httpPort: http.port,
    grpcPort: grpc.port,
    metrics,
    readiness,
    unimplementedMethods: grpc.unimplementedMethods,
    close: (graceMs = CLOSE_GRACE_MS) => {
      readiness.markStopping();
      return lifecycle.close(graceMs);
    },
  };
};
