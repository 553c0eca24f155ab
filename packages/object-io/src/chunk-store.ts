import type { Chunk, VolumeLocation } from '@needlestack/service-contracts';
import { VolumeError } from '@needlestack/service-contracts';
import type { FileId, FileIdPool } from './file-id-pool.ts';
import { CHUNK_WRITE_ATTEMPTS_MAX } from './limits.ts';
import type { VolumeDirectory } from './volume-directory.ts';

/** After these answers of one server another place may still serve the same call. */
function isWorthAnotherPlace(error: unknown): boolean {
  if (!(error instanceof VolumeError)) return false;
  switch (error.code) {
    case 'volume-not-found':
    case 'needle-not-found':
    case 'checksum-mismatch':
    case 'cookie-mismatch':
    case 'read-only':
    case 'no-space':
    case 'replication-failed':
    case 'io-error':
    case 'shutting-down':
    case 'overloaded':
    case 'unreachable':
      return true;
    case 'too-large':
    case 'invalid-argument':
      return false;
  }
}

/** Writes, reads and deletes single chunks at whichever server holds their volume. */
export class ChunkStore {
  readonly #directory: VolumeDirectory;
  readonly #fileIds: FileIdPool;
  readonly #randomCookie: () => number;
  readonly #nowMs: () => number;

  constructor(options: {
    readonly directory: VolumeDirectory;
    readonly fileIds: FileIdPool;
    readonly randomCookie: () => number;
    readonly nowMs: () => number;
  }) {
    this.#directory = options.directory;
    this.#fileIds = options.fileIds;
    this.#randomCookie = options.randomCookie;
    this.#nowMs = options.nowMs;
  }

  /** Resolves when the bytes are on stable storage. A refusing volume is left for another one. */
  async write(data: Uint8Array, signal?: AbortSignal): Promise<Chunk> {
    for (let attempt = 1; ; attempt += 1) {
      const id = this.#fileIds.tryTake() ?? (await this.#fileIds.take());
      try {
        return await this.#writeAt(id, data, signal);
      } catch (error) {
        if (signal?.aborted === true || attempt >= CHUNK_WRITE_ATTEMPTS_MAX || !isWorthAnotherPlace(error)) throw error;
        this.#fileIds.abandon(id.volumeId);
      }
    }
  }

  async #writeAt(id: FileId, data: Uint8Array, signal: AbortSignal | undefined): Promise<Chunk> {
    const locations = this.#directory.known(id.volumeId) ?? (await this.#directory.locate(id.volumeId));
    const location = locations[0];
    if (location === undefined) throw new VolumeError('volume-not-found', `no server holds volume ${id.volumeId}`);
    const cookie = this.#randomCookie();
    const { crc32c } = await this.#directory.planeAt(location).writeNeedle(
      {
        volumeId: id.volumeId,
        needleKey: id.needleKey,
        cookie,
        data,
        lastModifiedSeconds: Math.floor(this.#nowMs() / 1000),
      },
      signal,
    );
    return { volumeId: id.volumeId, needleKey: id.needleKey, cookie, sizeBytes: data.byteLength, crc32c };
  }

  /**
   * The chunk's bytes, verified, from the first place that has them whole. The answer may be a view of `into`.
   * Rejects with the last place's VolumeError.
   */
  read(chunk: Chunk, into?: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    const known = this.#directory.known(chunk.volumeId);
    if (known !== undefined && known.length === 1) {
      const only = known[0];
      if (only !== undefined)
        return this.#readAt(only, chunk, into, signal).catch((error) =>
          this.#readElsewhere(error, chunk, into, signal),
        );
    }
    return this.#readAnywhere(chunk, into, signal);
  }

  /** The chunk's bytes when they are at hand in this process; undefined otherwise, or when `read` has something to say about them. */
  readNow(chunk: Chunk): Uint8Array | undefined {
    const location = this.#directory.known(chunk.volumeId)?.[0];
    if (location === undefined) return undefined;
    const plane = this.#directory.planeAt(location);
    if (plane.readNeedleNow === undefined) return undefined;
    return plane.readNeedleNow({
      volumeId: chunk.volumeId,
      needleKey: chunk.needleKey,
      cookie: chunk.cookie,
      expectedCrc32c: chunk.crc32c,
      expectedSizeBytes: chunk.sizeBytes,
    });
  }

  #readAt(
    at: VolumeLocation,
    chunk: Chunk,
    into: Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    return this.#directory.planeAt(at).readNeedle(
      {
        volumeId: chunk.volumeId,
        needleKey: chunk.needleKey,
        cookie: chunk.cookie,
        expectedCrc32c: chunk.crc32c,
        expectedSizeBytes: chunk.sizeBytes,
        ...(into === undefined ? undefined : { into }),
      },
      signal,
    );
  }

  async #readElsewhere(
    error: unknown,
    chunk: Chunk,
    into: Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    if (signal?.aborted === true || !isWorthAnotherPlace(error)) throw error;
    const before = this.#directory.known(chunk.volumeId);
    this.#directory.forget(chunk.volumeId);
    const now = await this.#directory.locate(chunk.volumeId);
    if (now.length === 1 && now[0]?.url === before?.[0]?.url) throw error;
    return this.#readAnywhere(chunk, into, signal);
  }

  async #readAnywhere(
    chunk: Chunk,
    into: Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    let failure: unknown;
    for (const location of await this.#directory.locate(chunk.volumeId)) {
      try {
        return await this.#readAt(location, chunk, into, signal);
      } catch (error) {
        if (signal?.aborted === true || !isWorthAnotherPlace(error)) throw error;
        failure = error;
      }
    }
    this.#directory.forget(chunk.volumeId);
    throw failure;
  }

  /** Idempotent. Rejects when a volume cannot be reached; what was deleted by then stays deleted. */
  async delete(chunks: readonly Chunk[], signal?: AbortSignal): Promise<void> {
    const byVolume = new Map<number, Chunk[]>();
    for (const chunk of chunks) {
      const group = byVolume.get(chunk.volumeId);
      if (group === undefined) byVolume.set(chunk.volumeId, [chunk]);
      else group.push(chunk);
    }
    for (const [volumeId, group] of byVolume) {
      const location = (await this.#directory.locate(volumeId))[0];
      if (location === undefined) throw new VolumeError('volume-not-found', `no server holds volume ${volumeId}`);
      await this.#directory.planeAt(location).deleteNeedles(group, signal);
    }
  }
}
