import type { Chunk } from '@needlestack/service-contracts';
import type { NeedleDeleter } from '../core/ports.ts';

/** Deletes needles wherever their volumes are; idempotent. Rejects when a volume cannot be reached. */
export type DeleteChunks = (chunks: readonly Chunk[], signal: AbortSignal) => Promise<void>;

/** Needles of one call to a volume server. */
const NEEDLES_PER_CALL_MAX = 1000;

/** Volume by volume, so that one which cannot be reached keeps only its own needles on the list. */
export function createVolumeNeedleDeleter(
  deleteChunks: DeleteChunks,
  onFailure: (volumeId: number, error: unknown) => void,
): NeedleDeleter {
  return {
    deleteNeedles: async (chunks, signal) => {
      const gone = new Set<number>();
      for (const [volumeId, ofVolume] of Map.groupBy(chunks, (chunk) => chunk.volumeId)) {
        signal.throwIfAborted();
        try {
          for (let at = 0; at < ofVolume.length; at += NEEDLES_PER_CALL_MAX)
            await deleteChunks(ofVolume.slice(at, at + NEEDLES_PER_CALL_MAX), signal);
          gone.add(volumeId);
        } catch (error) {
          signal.throwIfAborted();
          onFailure(volumeId, error);
        }
      }
      return chunks.map((chunk) => gone.has(chunk.volumeId));
    },
  };
}
