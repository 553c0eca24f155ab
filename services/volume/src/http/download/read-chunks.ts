import { type DecodedNeedle, FormatError, hasFlag, NEEDLE_FLAG, parseFileId } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import {
  type Chunk,
  type ChunkSlice,
  parseChunkManifest,
  planChunks,
  sumChunks,
} from '../../core/needles/chunk-manifest.ts';
import { readNeedle } from '../../core/needles/read-needle.ts';
import type { PeerAnswer } from '../../core/needles/read-ports.ts';
import { ownAuthorization } from '../admission/authorize-request.ts';
import type { HttpContext } from '../http-context.ts';
import { unfoldGzip } from './unfold-gzip.ts';

/** A chunk that is a manifest itself is followed so far. */
const DEPTH_MAX = 4;

/**
 * The bytes of a file that lies in chunks, on this server and on others, piece by piece.
 * @throws VolumeError, also between two pieces
 */
export async function* readChunks(
  context: HttpContext,
  chunks: readonly Chunk[],
  startBytes: number,
  lengthBytes: number,
  signal: AbortSignal,
  depth = 0,
): AsyncGenerator<Uint8Array> {
  for (const slice of planChunks(chunks, startBytes, lengthBytes)) {
    signal.throwIfAborted();
    let givenBytes = 0;
    for await (const piece of readSlice(context, slice, signal, depth)) {
      givenBytes += piece.length;
      yield piece;
    }
    if (givenBytes !== slice.lengthBytes) {
      throw new VolumeError(
        'io-error',
        `chunk ${slice.chunk.fileId} gave ${givenBytes} bytes, not ${slice.lengthBytes}`,
      );
    }
  }
}

async function* readSlice(
  context: HttpContext,
  slice: ChunkSlice,
  signal: AbortSignal,
  depth: number,
): AsyncGenerator<Uint8Array> {
  const { chunk, startBytes, lengthBytes } = slice;
  const needle = await readHere(context, chunk.fileId);
  if (needle === undefined) {
    yield* readElsewhere(context, slice, signal);
    return;
  }
  const isFolded = hasFlag(needle.flags, NEEDLE_FLAG.compressed);
  const data = isFolded ? await unfoldGzip(needle.data) : needle.data;
  if (!hasFlag(needle.flags, NEEDLE_FLAG.chunkManifest)) {
    yield data.subarray(startBytes, startBytes + lengthBytes);
    return;
  }
  if (depth === DEPTH_MAX)
    throw new VolumeError('invalid-argument', `chunk ${chunk.fileId} lies ${DEPTH_MAX} manifests deep`);
  const { chunks } = parseChunkManifest(Buffer.from(data).toString());
  if (sumChunks(chunks) < startBytes + lengthBytes) return;
  yield* readChunks(context, chunks, startBytes, lengthBytes, signal, depth + 1);
}

/** Undefined when the chunk's volume is not on this server. */
async function readHere({ registry, ecNeedles }: HttpContext, fileIdText: string): Promise<DecodedNeedle | undefined> {
  const { volumeId, key, cookie } = parseChunkId(fileIdText);
  const volume = registry.get(volumeId);
  if (volume !== undefined) return readNeedle(volume, key, { cookie });
  return ecNeedles?.has(volumeId) === true ? ecNeedles.read(volumeId, key, cookie) : undefined;
}

async function* readElsewhere(
  context: HttpContext,
  slice: ChunkSlice,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { volumeId } = parseChunkId(slice.chunk.fileId);
  let failure = new VolumeError('volume-not-found', `volume ${volumeId} of a chunk is nowhere`);
  for (const address of await context.peers.otherHolders(volumeId, 1, signal)) {
    const answer = await openChunk(context, address, slice, signal);
    if (!(answer instanceof VolumeError)) {
      yield* answer.body;
      return;
    }
    failure = answer;
  }
  throw failure;
}

/** The bytes of a chunk at one holder, or why it does not give them. */
async function openChunk(
  { peers, access, clock }: HttpContext,
  address: string,
  { chunk, startBytes, lengthBytes }: ChunkSlice,
  signal: AbortSignal,
): Promise<PeerAnswer | VolumeError> {
  const authorization = ownAuthorization(access, 'read', chunk.fileId, clock.nowMs());
  const range = `bytes=${startBytes}-${startBytes + lengthBytes - 1}`;
  const headers = authorization === undefined ? { range } : { range, authorization };
  try {
    const answer = await peers.open({ method: 'GET', address, target: `/${chunk.fileId}`, headers }, signal);
    if (answer.status === 206) return answer;
    // Read to its end, so that the connection can be used again.
    for await (const _ of answer.body);
    return new VolumeError('unreachable', `chunk ${chunk.fileId} on ${address}: it answered ${answer.status}`);
  } catch (error) {
    if (error instanceof VolumeError) return error;
    throw error;
  }
}

export function parseChunkId(text: string): ReturnType<typeof parseFileId> {
  try {
    return parseFileId(text);
  } catch (error) {
    if (error instanceof FormatError) throw new VolumeError('invalid-argument', error.message, { cause: error });
    throw error;
  }
}
