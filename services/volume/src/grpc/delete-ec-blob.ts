import type { VolumeEcBlobDeleteRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Journals a deletion on this server. Unknown volumes and needles, and needles that are deleted, are no error. */
export async function deleteEcBlob(context: GrpcContext, request: VolumeEcBlobDeleteRequest) {
  refuseInMaintenance(context);
  const id = BigInt(request.file_key);
  for (const volume of context.shards.encodingsOf(request.volume_id)) {
    const entry = await volume.find(id);
    if (entry !== undefined && entry.sizeBytes >= 0) await volume.shared.journal.append([id]);
  }
  return {};
}
