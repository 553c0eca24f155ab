import { parseFileId } from '@needlestack/needle-format';
import { type ChannelSecurity, createGrpcClient, type GrpcClient, loadProtos, RpcError } from '@needlestack/rpc';
import type { Location, Seaweed } from '@needlestack/rpc/wire/master-pb';
import type { FileIdLease, LeaseRequest, MasterPort, VolumeLocation } from '../master-api.ts';
import { VolumeError } from '../volume-error.ts';

/** The gRPC port of a SeaweedFS server that does not say otherwise. */
const GRPC_PORT_OFFSET = 10_000;

function locationOf(wire: Location): VolumeLocation {
  const colon = wire.url.lastIndexOf(':');
  const grpcPort = wire.grpc_port > 0 ? wire.grpc_port : Number(wire.url.slice(colon + 1)) + GRPC_PORT_OFFSET;
  return {
    url: wire.url,
    publicUrl: wire.public_url,
    grpcAddress: `${wire.url.slice(0, colon)}:${grpcPort}`,
    dataCenter: wire.data_center,
  };
}

function toLeaseError(error: unknown): unknown {
  if (!(error instanceof RpcError)) return error;
  return new VolumeError(error.code === 'resource-exhausted' ? 'no-space' : 'unreachable', error.message, {
    cause: error,
  });
}

/** The master in another process, over its SeaweedFS wire: any master that speaks it will do. */
export class GrpcMaster implements MasterPort {
  readonly #client: GrpcClient<Seaweed>;

  constructor(options: ChannelSecurity & { readonly address: string }) {
    this.#client = createGrpcClient<Seaweed>({
      ...options,
      protos: loadProtos(['master.proto']),
      service: 'master_pb.Seaweed',
    });
  }

  async leaseFileIds(request: LeaseRequest, signal?: AbortSignal): Promise<FileIdLease> {
    const answer = await this.#client.call
      .Assign(
        {
          count: request.count,
          collection: request.collection,
          replication: request.replication,
          ttl: request.ttl,
          data_center: request.dataCenter,
        },
        signal === undefined ? {} : { signal },
      )
      .catch((error: unknown) => {
        throw toLeaseError(error);
      });
    if (answer.error !== '') throw new VolumeError('no-space', answer.error);
    const { volumeId, key } = parseFileId(answer.fid);
    const places = answer.location === null ? answer.replicas : [answer.location, ...answer.replicas];
    return { volumeId, firstKey: key, count: Number(answer.count), locations: places.map(locationOf) };
  }

  async lookupVolume(volumeId: number, signal?: AbortSignal): Promise<readonly VolumeLocation[]> {
    const answer = await this.#client.call
      .LookupVolume({ volume_or_file_ids: [String(volumeId)] }, signal === undefined ? {} : { signal })
      .catch((error: unknown) => {
        throw toLeaseError(error);
      });
    return (answer.volume_id_locations[0]?.locations ?? []).map(locationOf);
  }

  close(): void {
    this.#client.close();
  }
}
