import { crc32c, formatTtl, maskCrc32c, type Needle, NO_TTL } from '@needlestack/needle-format';
import { RpcError } from '@needlestack/rpc';
import type {
  ReadNeedleBlobRequest,
  ReadNeedleMetaRequest,
  VolumeNeedleStatusRequest,
  WriteNeedleBlobRequest,
} from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import { readNeedleBlob, readNeedleMeta, writeNeedleBlob } from '../core/needles/needle-blob.ts';
import { readNeedle } from '../core/needles/read-needle.ts';
import { findVolume, type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

export async function readBlob(context: GrpcContext, request: ReadNeedleBlobRequest) {
  const volume = findVolume(context, request.volume_id);
  return { needle_blob: await readNeedleBlob(volume, Number(request.offset), request.size) };
}

export async function readMeta(context: GrpcContext, request: ReadNeedleMetaRequest) {
  const volume = findVolume(context, request.volume_id);
  const needle = await readNeedleMeta(volume, Number(request.offset), request.size);
  return {
    cookie: needle.cookie,
    last_modified: needle.lastModifiedSeconds,
    crc: wireChecksum(needle),
    ttl: formatTtl(needle.ttl ?? NO_TTL),
    append_at_ns: needle.appendAtNs,
  };
}

export async function writeBlob(context: GrpcContext, request: WriteNeedleBlobRequest) {
  refuseInMaintenance(context);
  const volume = findVolume(context, request.volume_id);
  const { needle_blob } = request;
  const blob = Buffer.from(needle_blob.buffer, needle_blob.byteOffset, needle_blob.length);
  await writeNeedleBlob(volume, BigInt(request.needle_id), blob, request.size);
  return {};
}

export async function getNeedleStatus(context: GrpcContext, request: VolumeNeedleStatusRequest) {
  const id = BigInt(request.needle_id);
  const { needle, sizeBytes } = await findNeedle(context, request.volume_id, id).catch((error: unknown) => {
    if (!(error instanceof VolumeError) || error.code !== 'needle-not-found') throw error;
    throw new RpcError('unknown', `needle ${id} not found`, { cause: error, reason: error.code });
  });
  return {
    needle_id: needle.id,
    cookie: needle.cookie,
    size: sizeBytes,
    last_modified: needle.lastModifiedSeconds,
    crc: wireChecksum(needle),
    ttl: formatTtl(needle.ttl ?? NO_TTL),
  };
}

/** In the volume, or in its shards where there is no volume. */
async function findNeedle(context: GrpcContext, volumeId: number, id: bigint) {
  const { registry, shards, ecNeedles } = context;
  const encoded = registry.get(volumeId) === undefined ? shards.get(volumeId) : undefined;
  if (encoded !== undefined) {
    const sizeBytes = (await encoded.find(id))?.sizeBytes ?? 0;
    return { needle: await ecNeedles.read(volumeId, id, undefined), sizeBytes };
  }
  const volume = findVolume(context, volumeId, 'volume not found');
  const needle = await readNeedle(volume, id, { cookie: undefined, anyRecordId: true });
  return { needle, sizeBytes: volume.opened.index.get(id)?.sizeBytes ?? 0 };
}

/** Messages carry the masked form, also of checksums that are stored raw. */
function wireChecksum(needle: Needle): number {
  return maskCrc32c(needle.data.length === 0 ? needle.checksum : crc32c(needle.data));
}
