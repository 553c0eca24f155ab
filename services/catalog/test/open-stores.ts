/** Opens an empty store of each kind for a suite that both must pass. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OrderedKv, openLmdbKv, openPostgresKv } from '@needlestack/ordered-kv';
import { findServer } from '@needlestack/test-servers';
import { type Catalog, createCatalog } from '../src/core/catalog.ts';
import { TEST_SEALER } from './test-sealer.ts';

export interface TestCatalog {
  readonly catalog: Catalog;
  readonly kv: OrderedKv;
  /** Milliseconds since the epoch that the catalog sees; tests move it. */
  readonly clock: { nowMs: number };
  destroy(): Promise<void>;
}

function makeCatalog(kv: OrderedKv, remove: () => void): TestCatalog {
  const clock = { nowMs: 1_700_000_000_000 };
  const catalog = createCatalog({ kv, clock: () => clock.nowMs, randomBytes, sealer: TEST_SEALER });
  return {
    catalog,
    kv,
    clock,
    destroy: async () => {
      await kv.close();
      remove();
    },
  };
}

export function openLmdbCatalog(): TestCatalog {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-catalog-'));
  return makeCatalog(openLmdbKv({ directory, isVolatile: true }), () => rmSync(directory, { recursive: true }));
}

/** Declares the suite once for each kind of store; the second is skipped where there is no PostgreSQL. */
export function describeOnBothStores(title: string, suite: (open: () => Promise<TestCatalog>) => void): void {
  describe(`${title}, on the embedded store`, () => suite(async () => openLmdbCatalog()));
  const server = findServer('postgresql');
  server.describe(`${title}, on PostgreSQL`, () => {
    let running: Awaited<ReturnType<typeof server.start>>;
    beforeAll(async () => {
      running = await server.start();
    });
    afterAll(() => running.stop());
    suite(async () => {
      const schema = `test_${randomUUID().replaceAll('-', '')}`;
      return makeCatalog(await openPostgresKv({ url: running.url, schema }), () => undefined);
    });
  });
}
