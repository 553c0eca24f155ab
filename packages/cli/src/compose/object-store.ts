import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import {
  CHUNK_BUFFER_BYTES,
  CHUNK_BUFFERS_MAX,
  CHUNK_BUFFERS_SHARE_MAX,
  ChunkBufferPool,
  ChunkObjectReader,
  ChunkStore,
  type ConnectDataPlane,
  DigestWorkerPool,
  FileIdPool,
  ObjectWriter,
  type PlacementPolicy,
  UNPINNED_BUFFERS_MIN,
  VolumeDirectory,
} from '@needlestack/object-io';
import type { ChannelSecurity } from '@needlestack/rpc';
import { type MasterPort, SessionDataPlane, type VolumeDataPlane } from '@needlestack/service-contracts';

const COOKIE_BOUND = 2 ** 32;

/** What reads and writes the bytes of objects. */
export interface ObjectStore {
  readonly writer: ObjectWriter;
  readonly reader: ChunkObjectReader;
  readonly chunks: ChunkStore;
  close(): Promise<void>;
}

/** One session per volume server, opened when first needed. */
export class DataPlaneSessions {
  readonly #security: ChannelSecurity;
  readonly #sessions = new Map<string, SessionDataPlane>();

  constructor(security: ChannelSecurity) {
    this.#security = security;
  }

  readonly connect: ConnectDataPlane = (location): VolumeDataPlane => {
    let session = this.#sessions.get(location.grpcAddress);
    if (session === undefined) {
      session = new SessionDataPlane({ ...this.#security, address: location.grpcAddress });
      this.#sessions.set(location.grpcAddress, session);
    }
    return session;
  };

  close(): void {
    for (const session of this.#sessions.values()) session.close();
  }
}

/** `connect` finds the data plane at a location; the caller closes what it opened. */
export function createObjectStore(options: {
  readonly master: MasterPort;
  readonly connect: ConnectDataPlane;
  readonly placement: PlacementPolicy;
}): ObjectStore {
  const directory = new VolumeDirectory({ master: options.master, connect: options.connect, nowMs: Date.now });
  const fileIds = new FileIdPool({ master: options.master, directory, policy: options.placement });
  const chunks = new ChunkStore({ directory, fileIds, randomCookie: () => randomInt(COOKIE_BOUND), nowMs: Date.now });
  const pool = new ChunkBufferPool({ bufferBytes: CHUNK_BUFFER_BYTES, buffersMax: CHUNK_BUFFERS_MAX });
  const digests = new DigestWorkerPool({ workersMax: Math.max(1, availableParallelism() - 1) });
  return {
    chunks,
    writer: new ObjectWriter({ chunks, buffers: pool.share(CHUNK_BUFFERS_SHARE_MAX), digests }),
    reader: new ChunkObjectReader({ chunks, buffers: pool.share(CHUNK_BUFFERS_SHARE_MAX, UNPINNED_BUFFERS_MIN) }),
    close: () => digests.close(),
  };
}
