import { type FileId, FormatError, hasFlag, NEEDLE_FLAG, parseFileId } from '@needlestack/needle-format';
import type { BatchDeleteRequest, DeleteResultInit } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError, type VolumeErrorCode } from '@needlestack/service-contracts';
import { deleteNeedle } from '../core/needles/delete-needle.ts';
import { readNeedle } from '../core/needles/read-needle.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Deletes on this server only, one answer for each file id, in the order of the request; a failure stops nothing. */
export async function batchDelete(context: GrpcContext, request: BatchDeleteRequest) {
  refuseInMaintenance(context);
  const results: DeleteResultInit[] = [];
  for (const fileId of request.file_ids) {
    results.push(await deleteOne(context, fileId, request.skip_cookie_check));
  }
  return { results };
}

async function deleteOne(context: GrpcContext, text: string, skipCookieCheck: boolean): Promise<DeleteResultInit> {
  let fileId: FileId;
  try {
    fileId = parseFileId(text);
  } catch (error) {
    if (error instanceof FormatError) return { file_id: text, status: 400, error: error.message };
    throw error;
  }
  try {
    const cookie = skipCookieCheck ? undefined : fileId.cookie;
    const { registry, ecNeedles } = context;
    const { volumeId, key } = fileId;
    const isEncoded = registry.get(volumeId) === undefined && ecNeedles.has(volumeId);
    const needle = isEncoded
      ? await ecNeedles.read(volumeId, key, cookie)
      : await readNeedle(registry.require(volumeId), key, { cookie });
    if (hasFlag(needle.flags, NEEDLE_FLAG.chunkManifest)) {
      return { file_id: text, status: 406, error: 'ChunkManifest: not allowed in batch delete mode.' };
    }
    if (isEncoded) return { file_id: text, status: 202, size: await ecNeedles.delete(volumeId, key, cookie) };
    const volume = registry.require(volumeId);
    const sizeBytes = await deleteNeedle(volume, key, { cookie });
    const status = sizeBytes === undefined || sizeBytes === 0 ? 304 : 202;
    return { file_id: text, status, size: sizeBytes ?? 0, version: volume.opened.superblock.version };
  } catch (error) {
    if (!(error instanceof VolumeError)) throw error;
    // Who does not look at needles first does not learn that one is missing: nothing had to be done.
    if (skipCookieCheck && error.code === 'needle-not-found') return { file_id: text, status: 304 };
    const message = error.code === 'cookie-mismatch' ? 'File Random Cookie does not match.' : error.message;
    return { file_id: text, status: DELETE_STATUS[error.code] ?? 500, error: message };
  }
}

const DELETE_STATUS: Partial<Record<VolumeErrorCode, number>> = {
  'volume-not-found': 404,
  'needle-not-found': 404,
  'cookie-mismatch': 400,
};
