import { decodeIndexEntry, decodeVolumeInfo, indexRowBytes, type OffsetWidth } from '@needlestack/needle-format';
import {
  type CallOptions,
  type ChannelSecurity,
  createGrpcClient,
  type GrpcClient,
  loadProtos,
  RpcError,
} from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import type { NeedleTable } from './needle-table.ts';

/** A volume, or its shards, at one server. */
export interface VolumeCopy {
  readonly volumeId: number;
  readonly collection: string;
  /** `host:port` of the server's gRPC. */
  readonly grpcAddress: string;
  /** Its bytes lie in shards of an erasure code. */
  readonly isEncoded: boolean;
}

export interface NeedleStatus {
  readonly cookie: number;
  readonly sizeBytes: number;
  /** When it was written; 0 when the needle does not say. */
  readonly modifiedAtMs: number;
}

/** Any revision of the volume, and its file to the end. */
const ANY_REVISION = 0xffff_ffff;
const TO_THE_END = 2n ** 63n - 1n;

/** Asks volume servers about needles, over one connection each. */
export class VolumeServers {
  readonly #security: ChannelSecurity;
  readonly #clients = new Map<string, GrpcClient<VolumeServer>>();

  constructor(security: ChannelSecurity) {
    this.#security = security;
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  /** Reads the index of a volume, not the volume: some bytes a needle. Rejects with RpcError. */
  async listNeedles(copy: VolumeCopy, table: NeedleTable, signal: AbortSignal): Promise<void> {
    const width = await this.#offsetWidthOf(copy, signal);
    const rowBytes = indexRowBytes(width);
    let rest: Buffer = Buffer.alloc(0);
    for await (const part of this.#copyFile(copy, copy.isEncoded ? '.ecx' : '.idx', signal)) {
      const bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
      let at = 0;
      for (; at + rowBytes <= bytes.length; at += rowBytes) {
        const { id, offsetBytes, sizeBytes } = decodeIndexEntry(bytes, at, width);
        table.setLive(id, sizeBytes >= 0 && offsetBytes > 0);
      }
      rest = bytes.subarray(at);
    }
    if (copy.isEncoded) await this.#forgetJournaled(copy, table, signal);
  }

  /** Undefined when it is not there any more. Rejects with RpcError. */
  async statusOf(copy: VolumeCopy, needleKey: bigint, signal: AbortSignal): Promise<NeedleStatus | undefined> {
    const request = { volume_id: copy.volumeId, needle_id: needleKey };
    try {
      const status = await this.#clientOf(copy).call.VolumeNeedleStatus(request, { signal });
      const { cookie, size: sizeBytes, last_modified: modifiedAtSeconds } = status;
      return { cookie, sizeBytes, modifiedAtMs: Number(modifiedAtSeconds) * 1000 };
    } catch (error) {
      if (error instanceof RpcError && error.reason === 'needle-not-found') return undefined;
      throw error;
    }
  }

  /** Deletions of an encoded volume are noted in a file of ids beside its index. */
  async #forgetJournaled(copy: VolumeCopy, table: NeedleTable, signal: AbortSignal): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of this.#copyFile(copy, '.ecj', signal)) parts.push(part);
    const ids = Buffer.concat(parts);
    for (let at = 0; at + 8 <= ids.length; at += 8) table.setLive(ids.readBigUInt64BE(at), false);
  }

  async #offsetWidthOf(copy: VolumeCopy, signal: AbortSignal): Promise<OffsetWidth> {
    const parts: Buffer[] = [];
    for await (const part of this.#copyFile(copy, '.vif', signal)) parts.push(part);
    const text = Buffer.concat(parts).toString();
    return text !== '' && decodeVolumeInfo(text).bytesOffset === 5 ? 5 : 4;
  }

  /** Nothing when there is no such file. */
  async *#copyFile(copy: VolumeCopy, extension: string, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    const options: CallOptions = { signal };
    const parts = this.#clientOf(copy).call.CopyFile(
      {
        volume_id: copy.volumeId,
        collection: copy.collection,
        ext: extension,
        is_ec_volume: copy.isEncoded,
        compaction_revision: ANY_REVISION,
        stop_offset: TO_THE_END,
        ignore_source_file_not_found: extension === '.vif' || extension === '.ecj',
      },
      options,
    );
    for await (const { file_content: content } of parts) yield content;
  }

  #clientOf({ grpcAddress }: VolumeCopy): GrpcClient<VolumeServer> {
    let client = this.#clients.get(grpcAddress);
    if (client === undefined) {
      client = createGrpcClient<VolumeServer>({
        ...this.#security,
        address: grpcAddress,
        protos: loadProtos(['volume_server.proto']),
        service: 'volume_server_pb.VolumeServer',
      });
      this.#clients.set(grpcAddress, client);
    }
    return client;
  }
}
