import { type GrpcServer, loadProtos, type ServerSecurity, startGrpcServer } from '@needlestack/rpc';
import { STATUS_BY_ERROR_CODE } from './grpc-status.ts';
import type { NotifyContext } from './notify-context.ts';
import { bindNotifyService } from './notify-service.ts';

export interface NotifyGrpcOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly security: ServerSecurity;
  readonly onFault: (error: unknown, path: string) => void;
}

export function startNotifyGrpc(context: NotifyContext, options: NotifyGrpcOptions): Promise<GrpcServer> {
  return startGrpcServer({
    ...options.security,
    host: options.host,
    port: options.port,
    protos: loadProtos(['notify.proto']),
    services: [bindNotifyService(context)],
    statusByErrorCode: STATUS_BY_ERROR_CODE,
    onFault: options.onFault,
  });
}
