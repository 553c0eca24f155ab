import { randomBytes } from 'node:crypto';
import type { ChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { ReadableObject } from '@needlestack/service-contracts';
import {
  CHUNK_BUFFER_BYTES,
  ChunkBufferPool,
  ChunkObjectReader,
  ChunkStore,
  type DigestWorkerPool,
  FileIdPool,
  ObjectWriter,
  type StoredObject,
  VolumeDirectory,
} from '../../src/index.ts';
import { ScriptedMaster, ScriptedVolume } from './scripted-volumes.ts';

/** A writer and a reader over volumes in memory. */
export function makeStore(
  digests: DigestWorkerPool,
  {
    volumeCount = 1,
    buffersMax,
    unpinnedMin,
  }: { readonly volumeCount?: number; readonly buffersMax: number; readonly unpinnedMin: number },
) {
  const master = new ScriptedMaster(Array.from({ length: volumeCount }, () => new ScriptedVolume()));
  const directory = new VolumeDirectory({ master, connect: master.connect, nowMs: Date.now });
  const policy = { collection: '', replication: '', ttl: '', dataCenter: '' };
  const fileIds = new FileIdPool({ master, directory, policy });
  const chunks = new ChunkStore({
    directory,
    fileIds,
    randomCookie: () => randomBytes(4).readUInt32BE(),
    nowMs: Date.now,
  });
  const buffers = new ChunkBufferPool({ bufferBytes: CHUNK_BUFFER_BYTES, buffersMax, stalledAfterMs: 5 });
  return {
    master,
    directory,
    chunks,
    buffers,
    writer: new ObjectWriter({ chunks, buffers: buffers.share(buffersMax), digests }),
    reader: new ChunkObjectReader({ chunks, buffers: buffers.share(buffersMax, unpinnedMin) }),
  };
}

export type Store = ReturnType<typeof makeStore>;

export async function put(
  store: Store,
  body: Uint8Array,
  pieceBytes: number,
  announced = true,
  algorithms: ChecksumAlgorithm[] = ['MD5'],
  dataKeys?: readonly Uint8Array[],
): Promise<StoredObject> {
  const upload = store.writer.begin({
    sizeBytes: announced ? body.byteLength : undefined,
    algorithms,
    ...(dataKeys === undefined ? {} : { dataKeys }),
  });
  for (let at = 0; at < body.byteLength; at += pieceBytes) await upload.write(body.subarray(at, at + pieceBytes));
  return upload.finish();
}

export async function readAll(
  store: Store,
  object: ReadableObject,
  range?: { offsetBytes: number; lengthBytes: number },
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of store.reader.read(object, range, undefined)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
