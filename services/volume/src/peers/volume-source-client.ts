import { type ChannelSecurity, createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import type {
  CopyFileRequest,
  SourceVolumeStatus,
  TailedRecord,
  TailRequest,
  VolumeSources,
} from '../core/transfer/transfer-ports.ts';
import { toGrpcAddress } from './master-client.ts';

const CURRENT_VERSION = 3;

/** Fetches volumes of other servers over SeaweedFS's gRPC, with a connection for each call: copies are rare and long. */
export class VolumeSourceClient implements VolumeSources {
  readonly #security: ChannelSecurity;

  constructor(security: ChannelSecurity) {
    this.#security = security;
  }

  status(address: string, volumeId: number, signal: AbortSignal): Promise<SourceVolumeStatus> {
    return this.#ask(address, 'read volume file status failed', async (client) => {
      const answer = await client.call.ReadVolumeFileStatus({ volume_id: volumeId }, { signal });
      return {
        collection: answer.collection,
        diskType: answer.disk_type === 'hdd' ? '' : answer.disk_type,
        datBytes: Number(answer.dat_file_size),
        idxBytes: Number(answer.idx_file_size),
        datModifiedAtSeconds: Number(answer.dat_file_timestamp_seconds),
        compactionRevision: answer.compaction_revision,
        isRemote: (answer.volume_info?.files.length ?? 0) > 0,
      };
    });
  }

  copyFile(address: string, request: CopyFileRequest, signal: AbortSignal): AsyncIterable<Buffer> {
    return this.#stream(address, `failed to copy ${request.extension} file`, async function* (client) {
      const parts = client.call.CopyFile(
        {
          volume_id: request.volumeId,
          collection: request.collection,
          ext: request.extension,
          compaction_revision: request.compactionRevision,
          stop_offset: request.stopBytes,
          ignore_source_file_not_found: request.optional,
          is_ec_volume: request.isShardFile ?? false,
        },
        { signal },
      );
      for await (const { file_content } of parts) yield file_content;
    });
  }

  tail(address: string, request: TailRequest, signal: AbortSignal): AsyncIterable<TailedRecord> {
    return this.#stream(address, `failed to tail volume ${request.volumeId}`, async function* (client) {
      const messages = client.call.VolumeTailSender(
        {
          volume_id: request.volumeId,
          since_ns: request.sinceNs,
          idle_timeout_seconds: request.idleTimeoutSeconds,
        },
        { signal },
      );
      let bodies: Buffer[] = [];
      for await (const { needle_header, needle_body, is_last_chunk, version } of messages) {
        // A message without a header only says that the source is alive.
        if (needle_header.length === 0) continue;
        bodies.push(needle_body);
        if (!is_last_chunk) continue;
        yield {
          header: needle_header,
          body: Buffer.concat(bodies),
          version: version === 0 ? CURRENT_VERSION : version,
        };
        bodies = [];
      }
    });
  }

  #open(address: string): GrpcClient<VolumeServer> {
    const protos = loadProtos(['volume_server.proto']);
    return createGrpcClient<VolumeServer>({
      ...this.#security,
      address: toGrpcAddress(address),
      protos,
      service: 'volume_server_pb.VolumeServer',
    });
  }

  async #ask<T>(address: string, what: string, call: (client: GrpcClient<VolumeServer>) => Promise<T>): Promise<T> {
    const client = this.#open(address);
    try {
      return await call(client);
    } catch (error) {
      throw failure(address, what, error);
    } finally {
      client.close();
    }
  }

  async *#stream<T>(
    address: string,
    what: string,
    call: (client: GrpcClient<VolumeServer>) => AsyncGenerator<T>,
  ): AsyncGenerator<T> {
    const client = this.#open(address);
    const items = call(client);
    try {
      for (;;) {
        const step = await items.next().catch((error: unknown) => {
          throw failure(address, what, error);
        });
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      await items.return(undefined);
      client.close();
    }
  }
}

function failure(address: string, what: string, cause: unknown): VolumeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VolumeError('unreachable', `${what}, volume server ${address}: ${why}`, { cause });
}
