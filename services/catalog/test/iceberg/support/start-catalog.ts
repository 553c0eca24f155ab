import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, parseJson, writeJson } from '@needlestack/iceberg-format';
import { type OrderedKv, openLmdbKv } from '@needlestack/ordered-kv';
import type { Bucket, BucketConfigKind } from '@needlestack/service-contracts';
import express from 'express';
import type { BucketPort } from '../../../src/core/tables/ports.ts';
import type { TableCatalog } from '../../../src/core/tables/table-catalog.ts';
import { openTableCatalog } from '../../../src/core/tables/table-catalog.ts';
import { createIcebergRouter } from '../../../src/http/iceberg/iceberg-router.ts';
import { FileObjectStore } from './file-object-store.ts';

/** Buckets in memory: the table catalog only reads them and keeps one mark. */
class MemoryBuckets implements BucketPort {
  readonly #buckets = new Map<string, Bucket>();
  readonly #configs = new Map<string, Uint8Array>();
  #made = 0;

  make(name: string): void {
    this.#made += 1;
    this.#buckets.set(name, {
      name,
      // As in the store: another incarnation, another identity, and the same one after a restart.
      bucketId: `${name}-${this.#made}`,
      ownerId: 'root',
      region: 'us-east-1',
      createdAtMs: 0,
      versioning: 'Off',
      objectLockEnabled: false,
      hasEventRules: false,
      configBits: 0,
      configRevision: 0,
    });
  }

  async getBucket(name: string): Promise<Bucket | undefined> {
    return this.#buckets.get(name);
  }

  async getBucketConfig(bucket: string, kind: BucketConfigKind): Promise<Uint8Array | undefined> {
    return this.#configs.get(`${bucket}/${kind}`);
  }

  async putBucketConfig(bucket: string, kind: BucketConfigKind, value: Uint8Array | undefined): Promise<void> {
    if (value === undefined) this.#configs.delete(`${bucket}/${kind}`);
    else this.#configs.set(`${bucket}/${kind}`, value);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty where there is no body. */
  readonly body: JsonObject;
}

export interface RunningCatalog {
  readonly url: string;
  readonly catalog: TableCatalog;
  readonly kv: OrderedKv;
  readonly objects: FileObjectStore;
  readonly buckets: MemoryBuckets;
  /** Errors behind answers of 500 and above. */
  readonly failures: unknown[];
  /** The time that the catalog sees; moves only by hand. */
  readonly clock: { nowMs: number };
  call(method: string, path: string, body?: JsonObject | string, headers?: Record<string, string>): Promise<Answer>;
  /** Another process on the same store, in so far as it shares no memory. */
  openTwin(): TableCatalog;
  /** The door of such a process. */
  serveTwin(): Promise<RunningCatalog['call']>;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Kept when the catalog stops; otherwise a temporary one is made and removed. */
  readonly directory?: string;
  /** Another store than an embedded one. */
  readonly openStore?: () => Promise<OrderedKv>;
  /** Puts something around the store. */
  readonly kv?: (kv: OrderedKv) => OrderedKv;
}

export async function startCatalog(options: StartOptions = {}): Promise<RunningCatalog> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'needlestack-iceberg-')));
  const store =
    (await options.openStore?.()) ??
    openLmdbKv({ directory: join(directory, 'kv'), isVolatile: options.directory === undefined });
  const kv = options.kv?.(store) ?? store;
  const objects = new FileObjectStore(join(directory, 'objects'));
  const buckets = new MemoryBuckets();
  buckets.make('lake');
  const failures: unknown[] = [];
  const clock = { nowMs: 1_760_000_000_000 };
  const open = (): TableCatalog =>
    openTableCatalog({
      kv,
      objects,
      buckets,
      events: { cleanupFailed: (_location, error) => failures.push(error) },
      now: () => clock.nowMs,
      newUuid: randomUUID,
    });
  const servers: Server[] = [];
  const serve = async (served: TableCatalog): Promise<string> => {
    const app = express();
    app.use(
      createIcebergRouter({
        catalog: served,
        settings: { s3Endpoint: 'http://127.0.0.1:9000', isPathStyle: true },
        identify: (request) => {
          const principalId = request.headers['x-test-principal'] ?? 'root';
          return principalId === 'nobody' ? undefined : { principalId: String(principalId) };
        },
        authorize: ({ principalId }, action) =>
          principalId === 'root' || (principalId === 'reader' && action === 'read'),
        requestFailed: (_request, error) => failures.push(error),
      }),
    );
    const server = createServer(app);
    // Not closed under a client that comes late on a busy machine and takes up its connection again.
    server.keepAliveTimeout = 300_000;
    servers.push(server);
    return `http://127.0.0.1:${await listen(server)}`;
  };
  const catalog = open();
  const url = await serve(catalog);
  return {
    url,
    catalog,
    kv,
    objects,
    buckets,
    failures,
    clock,
    openTwin: open,
    serveTwin: async () => {
      const twinUrl = await serve(open());
      return (method, path, body, headers = {}) => call(`${twinUrl}${path}`, method, body, headers);
    },
    call: (method, path, body, headers = {}) => call(`${url}${path}`, method, body, headers),
    stop: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await store.close();
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function call(
  url: string,
  method: string,
  body: JsonObject | string | undefined,
  headers: Record<string, string>,
): Promise<Answer> {
  const payload = body === undefined || typeof body === 'string' ? body : writeJson(body);
  const response = await fetch(url, { method, headers, ...(payload === undefined ? {} : { body: payload }) });
  const text = await response.text();
  const parsed = text === '' ? {} : parseJson(text);
  return { status: response.status, headers: response.headers, text, body: isJsonObject(parsed) ? parsed : {} };
}
