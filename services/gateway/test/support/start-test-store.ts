/** A gateway on a free port over a real catalog (LMDB in a temporary directory) and volumes in memory. */
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Catalog, createCatalog } from '@needlestack/catalog-service';
import { LocalKeyService, ObjectKeys, RootKeyRing } from '@needlestack/key-management';
import {
  CHUNK_BUFFER_BYTES,
  ChunkBufferPool,
  type ChunkBufferShare,
  ChunkObjectReader,
  ChunkStore,
  DigestWorkerPool,
  FileIdPool,
  ObjectWriter,
  VolumeDirectory,
} from '@needlestack/object-io';
import { type OrderedKv, openLmdbKv } from '@needlestack/ordered-kv';
import { type GatewayOptions, startGateway } from '../../src/index.ts';
import { MemoryVolumes } from './memory-volumes.ts';
import { TestClient } from './test-client.ts';

export const ROOT = { accessKeyId: 'ROOTKEY', secretAccessKey: 'root-secret' };

/** Keys `first` and `second` of SSE-KMS, under a root key of their own. */
const makeTestKeys = (ring: RootKeyRing): ObjectKeys =>
  new ObjectKeys({
    ring,
    keyService: new LocalKeyService(ring, ['needlestack', 'first', 'second']),
    nowMs: Date.now,
  });

export interface TestStore {
  readonly port: number;
  /** 0 unless the store has a port for websites. */
  readonly websitePort: number;
  readonly client: TestClient;
  readonly catalog: Catalog;
  /** What the catalog keeps its rows in. */
  readonly kv: OrderedKv;
  readonly volumes: MemoryVolumes;
  readonly buffers: ChunkBufferPool;
  /** Stops the gateway as a signal would, and starts another one on its port over the same names. @param changes to what it had */
  restartGateway(changes?: Partial<GatewayOptions>): Promise<void>;
  close(): Promise<void>;
}

export const startTestStore = async (
  overrides: Partial<GatewayOptions> = {},
  uploadBuffers?: ChunkBufferShare,
): Promise<TestStore> => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-gateway-'));
  const kv = openLmdbKv({ directory, isVolatile: true });
  const rootKeys = new RootKeyRing([randomBytes(32)]);
  const catalog = createCatalog({ kv, clock: Date.now, randomBytes, sealer: rootKeys });
  const volumes = new MemoryVolumes();
  const volumeDirectory = new VolumeDirectory({ master: volumes, connect: () => volumes, nowMs: Date.now });
  const policy = { collection: '', replication: '', ttl: '', dataCenter: '' };
  const chunks = new ChunkStore({
    directory: volumeDirectory,
    fileIds: new FileIdPool({ master: volumes, directory: volumeDirectory, policy }),
    randomCookie: () => randomInt(2 ** 32),
    nowMs: Date.now,
  });
  const buffers = new ChunkBufferPool({ bufferBytes: CHUNK_BUFFER_BYTES, buffersMax: 8, stalledAfterMs: 10 });
  const digests = new DigestWorkerPool({ workersMax: 1 });
  const options: GatewayOptions = {
    port: 0,
    root: ROOT,
    catalog,
    writer: new ObjectWriter({ chunks, buffers: uploadBuffers ?? buffers.share(6), digests }),
    reader: new ChunkObjectReader({ chunks, buffers: buffers.share(6, 2) }),
    internalSecret: 'internal',
    rootKeys,
    objectKeys: makeTestKeys(rootKeys),
    passwordCost: { N: 256, r: 8, p: 1 },
    ...overrides,
  };
  let gateway = await startGateway(options);
  return {
    port: gateway.httpPort,
    websitePort: gateway.websitePort ?? 0,
    client: new TestClient(gateway.httpPort, ROOT),
    catalog,
    kv,
    volumes,
    buffers,
    restartGateway: async (changes = {}) => {
      const port = gateway.httpPort;
      await gateway.close(2_000);
      gateway = await startGateway({ ...options, ...changes, port });
    },
    close: async () => {
      await gateway.close(2_000);
      await digests.close();
      await kv.close();
      rmSync(directory, { recursive: true });
    },
  };
};
