import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer, freePortPair } from '@needlestack/test-servers';
import { createGrpcScanPort, type GrpcScanPort } from '../src/index.ts';
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

async function fillStore(place: string, rows: number): Promise<void> {
  const filling = fork(new URL('fill-store.ts', import.meta.url), [place, String(rows)]);
  const [code] = await once(filling, 'exit');
  if (code !== 0) throw new Error(`the store could not be filled: exit ${code}`);
}

async function fillLmdb(directory: string, rows: number): Promise<FilledStore> {
  const store = join(directory, 'store');
  await fillStore(store, rows);
  return { flags: [`-dir=${store}`], stop: async () => undefined };
}

async function fillPostgres(rows: number): Promise<FilledStore> {
  const running = await findServer('postgresql').start();
  await fillStore(running.url, rows);
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
