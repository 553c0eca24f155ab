import { LIMITS } from '../core/limits.ts';
import type { Chunk } from '../core/needles/chunk-manifest.ts';
import { deleteReplicated } from '../core/needles/replicate-needle.ts';
import { ownAuthorization } from './admission/authorize-request.ts';
import { parseChunkId } from './download/read-chunks.ts';
import type { HttpContext } from './http-context.ts';
import { asVolumeError, HttpError } from './http-error.ts';

/**
 * Deletes the chunks of a file, here and on other servers. One that is gone already is no failure, so that a deletion can be repeated.
 * @throws HttpError 500 when a chunk cannot be deleted; others may be gone by then
 */
export async function deleteChunks(context: HttpContext, chunks: readonly Chunk[], signal: AbortSignal): Promise<void> {
  // A manifest that names nonsense must lose none of its chunks.
  for (const { fileId } of chunks) {
    try {
      parseChunkId(fileId);
    } catch (error) {
      throw failed(fileId, error);
    }
  }
  let next = 0;
  const work = async (): Promise<void> => {
    for (let chunk = chunks[next++]; chunk !== undefined; chunk = chunks[next++]) {
      try {
        await deleteChunk(context, chunk.fileId, signal);
      } catch (error) {
        next = chunks.length;
        throw failed(chunk.fileId, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(LIMITS.parallelDeletes, chunks.length) }, work));
}

async function deleteChunk(context: HttpContext, fileId: string, signal: AbortSignal): Promise<void> {
  const { registry, replication, peers, access, clock } = context;
  const { volumeId, key, cookie } = parseChunkId(fileId);
  const authorization = ownAuthorization(access, 'write', fileId, clock.nowMs());
  const volume = registry.get(volumeId);
  if (volume !== undefined) {
    await deleteReplicated(replication, volume, key, cookie, { authorization });
    return;
  }
  const [address] = await peers.otherHolders(volumeId, 1, signal);
  if (address === undefined) throw new Error(`volume ${volumeId} is nowhere`);
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await peers.open({ method: 'DELETE', address, target: `/${fileId}`, headers }, signal);
  for await (const _ of answer.body);
  if (answer.status !== 202 && answer.status !== 404) throw new Error(`${address} answered ${answer.status}`);
}

function failed(fileId: string, error: unknown): HttpError {
  const why = asVolumeError(error)?.message ?? (error instanceof Error ? error.message : 'unknown');
  return new HttpError(500, `Delete chunks error: chunk delete ${fileId}: ${why}`);
}
