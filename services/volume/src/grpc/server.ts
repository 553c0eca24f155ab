import { bindSessionMethod, type GrpcServer, loadProtos, type ServerSecurity, startGrpcServer } from '@needlestack/rpc';
import { DELETE_NEEDLES, READ_NEEDLE, type VolumeDataPlane, WRITE_NEEDLE } from '@needlestack/service-contracts';
import type { GrpcContext } from './grpc-context.ts';
import { GRPC_STATUS } from './grpc-status.ts';
import { guardMethods } from './guard-methods.ts';
import { makeNeedleReader } from './read-session-needle.ts';
import { bindRepairService, type RepairContext } from './repair-service.ts';
import { bindVolumeService } from './volume-service.ts';

export interface VolumeGrpcOptions extends ServerSecurity {
  readonly host: string;
  readonly port: number;
  readonly trustsNetwork: boolean;
  /** Whether the white list lets a client of this address change things. */
  readonly allowsChangesFrom: (address: string) => boolean;
  readonly repair: RepairContext;
  readonly onFault: (error: unknown, path: string) => void;
}

/** Serves the control plane method by method, and the data plane over multiplexed sessions. */
export function startVolumeGrpc(
  context: GrpcContext,
  dataPlane: VolumeDataPlane,
  options: VolumeGrpcOptions,
): Promise<GrpcServer> {
  return startGrpcServer({
    ...options,
    protos: loadProtos(['volume_server.proto', 'repair.proto']),
    services: [
      guardMethods(bindVolumeService(context), options.allowsChangesFrom),
      bindRepairService(context, options.repair),
    ],
    sessionRoutes: [
      bindSessionMethod(WRITE_NEEDLE, (request) => dataPlane.writeNeedle(request)),
      bindSessionMethod(READ_NEEDLE, makeNeedleReader(dataPlane)),
      bindSessionMethod(DELETE_NEEDLES, (ids) => dataPlane.deleteNeedles(ids)),
    ],
    statusByErrorCode: GRPC_STATUS,
  });
}
