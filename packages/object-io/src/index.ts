export { type ChunkBuffer, ChunkBufferPool, type ChunkBufferShare } from './chunk-buffer-pool.ts';
export { ChunkObjectReader } from './chunk-object-reader.ts';
export { ChunkStore } from './chunk-store.ts';
export { DigestWorkerPool } from './digest-worker-pool.ts';
export { FileIdPool, type PlacementPolicy } from './file-id-pool.ts';
export {
  CHUNK_BUFFER_BYTES,
  CHUNK_BUFFERS_MAX,
  CHUNK_BUFFERS_SHARE_MAX,
  CHUNK_SIZE_BYTES,
  SMALL_OBJECT_MAX_BYTES,
  UNPINNED_BUFFERS_MIN,
} from './limits.ts';
export type { ObjectUpload, StoredObject } from './object-upload.ts';
export { type BeginUpload, ObjectWriter } from './object-writer.ts';
export { type ChunkExtent, planRead } from './plan-read.ts';
export { DATA_KEY_BYTES, type DataKey, SealError } from './sealing/sealed-chunk.ts';
export type { DataKeys } from './sealing/sealed-layers.ts';
export { type ConnectDataPlane, VolumeDirectory } from './volume-directory.ts';
