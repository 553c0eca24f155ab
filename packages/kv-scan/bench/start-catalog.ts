import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbKv, openPostgresKv } from '@needlestack/ordered-kv';
import { findServer, freePortPair } from '@needlestack/test-servers';
import { createGrpcScanPort, type GrpcScanPort } from '../src/index.ts';
import { BUCKET, fillRows } from './fill-rows.ts';
import { type ProbedProcess, startProbed } from './probed-process.ts';

const GRPC_OFFSET = 10_000;

export type StoreKind = 'lmdb' | 'postgresql';

/** A catalog in a process of its own over a store with rows in one bucket, and a connection to it. */
export interface FilledCatalog {
  readonly server: ProbedProcess;
  readonly port: GrpcScanPort;
  stop(): Promise<void>;
}

interface FilledStore {
  readonly flags: readonly string[];
  stop(): Promise<void>;
}

async function fillLmdb(directory: string, rows: number): Promise<FilledStore> {
  const store = join(directory, 'store');
  const kv = openLmdbKv({ directory: store });
  await fillRows(kv, rows, BUCKET);
  await kv.close();
  return { flags: [`-dir=${store}`], stop: async () => undefined };
}

async function fillPostgres(rows: number): Promise<FilledStore> {
  const running = await findServer('postgresql').start();
  const kv = await openPostgresKv({ url: running.url, schema: 'bench' });
  await fillRows(kv, rows, BUCKET);
  await kv.close();
  return { flags: [`-db.url=${running.url}`, '-db.schema=bench'], stop: () => running.stop() };
}

/** The stores that can be had here. */
export const storesHere = (): StoreKind[] => (findServer('postgresql').isHere ? ['lmdb', 'postgresql'] : ['lmdb']);

export async function startCatalog(
  kind: StoreKind,
  rows: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<FilledCatalog> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-kv-scan-'));
  const store = kind === 'lmdb' ? await fillLmdb(directory, rows) : await fillPostgres(rows);
  const httpPort = await freePortPair();
  const server = await startProbed('catalog', [...store.flags, `-port=${httpPort}`], {
    readyUrl: `http://127.0.0.1:${httpPort}/readyz`,
    probePath: join(directory, 'probe.json'),
    more: environment,
  });
  const port = createGrpcScanPort({ address: `127.0.0.1:${httpPort + GRPC_OFFSET}` });
  return {
    server,
    port,
    stop: async () => {
      port.close();
      await server.end('SIGTERM');
      await store.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
