import { type GrpcServer, loadProtos, type ServerSecurity, startGrpcServer } from '@needlestack/rpc';
import type { SelectPort } from '@needlestack/service-contracts';
import { STATUS_BY_ERROR_CODE } from './grpc-status.ts';
import { bindSelectService } from './select-service.ts';

export interface SelectGrpcOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly security: ServerSecurity;
  readonly onFault: (error: unknown, path: string) => void;
}

export const startSelectGrpc = (port: SelectPort, options: SelectGrpcOptions): Promise<GrpcServer> =>
  startGrpcServer({
    ...options.security,
    host: options.host,
    port: options.port,
    protos: loadProtos(['select.proto']),
    services: [bindSelectService(port)],
    statusByErrorCode: STATUS_BY_ERROR_CODE,
    onFault: options.onFault,
  });
