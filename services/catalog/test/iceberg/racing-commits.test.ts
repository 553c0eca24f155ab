import { randomUUID } from 'node:crypto';
import { decodeTableUpdate, type JsonObject } from '@needlestack/iceberg-format';
import { type OrderedKv, openPostgresKv } from '@needlestack/ordered-kv';
import { findServer } from '@needlestack/test-servers';
import { CommitQueue } from '../../src/core/tables/commit-queue.ts';
import { commitTable } from '../../src/core/tables/commit-table.ts';
import { recordNothing } from '../../src/core/tables/idempotency.ts';
import { TableError } from '../../src/core/tables/table-error.ts';
import { findWarehouse } from '../../src/core/tables/warehouse.ts';
import {
  appendUpdates,
  at,
  createNamespace,
  createTable,
  errorOf,
  LAKE,
  requireMain,
} from './support/sample-requests.ts';
import { type Answer, type RunningCatalog, startCatalog } from './support/start-catalog.ts';

const TABLES = `${LAKE}/namespaces/ns/tables`;

function historyOf(loaded: Answer): bigint[] {
  const log = at(loaded.body, 'metadata', 'snapshot-log');
  return Array.isArray(log) ? log.map((entry: unknown) => BigInt(String(at(entry, 'snapshot-id')))) : [];
}

/** Appends as a client does: on the state that it sees, again from the start when another came first. Gives the tries. */
async function append(call: RunningCatalog['call'], table: string, snapshotId: bigint): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const loaded = await call('GET', `${TABLES}/${table}`);
    const current = BigInt(String(at(loaded.body, 'metadata', 'current-snapshot-id')));
    const parent = current === -1n ? null : current;
    const sequence = Number(at(loaded.body, 'metadata', 'last-sequence-number')) + 1;
    const updates = appendUpdates(snapshotId, sequence, parent ?? undefined);
    const answer = await call('POST', `${TABLES}/${table}`, { requirements: [requireMain(parent)], updates });
    if (answer.status === 200) return tries;
    expect(errorOf(answer)).toMatchObject({ status: 409, type: 'CommitFailedException' });
  }
}

function describeRaces(title: string, writers: number, openStore?: () => Promise<OrderedKv>): void {
  describe(title, () => {
    let store: RunningCatalog;

    beforeAll(async () => {
      store = await startCatalog(openStore === undefined ? {} : { openStore });
      await createNamespace(store, 'ns');
    });

    afterAll(async () => {
      expect(store.failures).toEqual([]);
      await store.stop();
    });

    test(`${writers} appends race on one table through two processes: each is in the history once`, async () => {
      await createTable(store, 'ns', 'race');
      const twin = await store.serveTwin();
      const ids = Array.from({ length: writers }, (_, index) => 9_007_199_254_740_993n + BigInt(index));
      await Promise.all(ids.map((id, index) => append(index % 2 === 0 ? store.call : twin, 'race', id)));
      const loaded = await store.call('GET', `${TABLES}/race`);
      const history = historyOf(loaded);
      expect(history).toHaveLength(writers);
      expect(new Set(history)).toEqual(new Set(ids));
      expect(at(loaded.body, 'metadata', 'last-sequence-number')).toBe(writers);
      const files = [...store.objects.keys].filter((key) =>
        key.includes(String(at(loaded.body, 'metadata', 'table-uuid'))),
      );
      expect(files).toHaveLength(writers + 1);
    });

    test('of 50 commits on one state exactly one lands, and its snapshot is the history', async () => {
      await createTable(store, 'ns', 'cohort');
      const ids = Array.from({ length: 50 }, (_, index) => BigInt(index + 1));
      const answers = await Promise.all(
        ids.map((id) =>
          store.call('POST', `${TABLES}/cohort`, { requirements: [requireMain(null)], updates: appendUpdates(id, 1) }),
        ),
      );
      const won = ids.filter((_, index) => answers[index]?.status === 200);
      expect(won).toHaveLength(1);
      expect(answers.filter((answer) => answer.status === 409)).toHaveLength(49);
      expect(historyOf(await store.call('GET', `${TABLES}/cohort`))).toEqual(won);
    });

    test('commits without requirements all land, one after the other', async () => {
      await createTable(store, 'ns', 'free');
      const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
      const answers = await Promise.all(
        names.map((name) =>
          store.call('POST', `${TABLES}/free`, {
            requirements: [],
            updates: [{ action: 'set-properties', updates: { [name]: 'x' } }],
          }),
        ),
      );
      expect(answers.map((answer) => answer.status)).toEqual(names.map(() => 200));
      const properties = at((await store.call('GET', `${TABLES}/free`)).body, 'metadata', 'properties');
      expect(Object.keys(properties as JsonObject).sort()).toEqual([...names].sort());
    });

    test('a process that loses the race for the pointer tries again where its requirements still hold, and leaves no file', async () => {
      await createTable(store, 'ns', 'lost-race');
      const warehouse = await findWarehouse(store.buckets, 'lake');
      const twin = store.openTwin();
      const commit = (properties: Record<string, string>) =>
        commitTable(
          twin,
          warehouse,
          {
            table: { namespace: ['ns'], name: 'lost-race' },
            requirements: [],
            updates: [decodeTableUpdate({ action: 'set-properties', updates: properties })],
          },
          { principalId: 'twin' },
          recordNothing,
        );
      // While the twin writes its file another commit moves the pointer: so often, and the twin gives up.
      let raceLeft = 3;
      let others = 0;
      store.objects.beforePut = async (name) => {
        if (raceLeft === 0 || !name.includes('/metadata/')) return;
        raceLeft -= 1;
        others += 1;
        const { beforePut } = store.objects;
        store.objects.beforePut = async () => {};
        await store.call('POST', `${TABLES}/lost-race`, {
          requirements: [],
          updates: [{ action: 'set-properties', updates: { [`other${others}`]: 'x' } }],
        });
        store.objects.beforePut = beforePut;
      };
      const landed = await commit({ mine: 'x' });
      expect(Object.keys(landed.metadata.properties).sort()).toEqual(['mine', 'other1', 'other2', 'other3']);

      raceLeft = 4;
      await expect(commit({ another: 'x' })).rejects.toThrow(expect.objectContaining({ code: 'commit-failed' }));
      store.objects.beforePut = async () => {};
      const loaded = await store.call('GET', `${TABLES}/lost-race`);
      expect(at(loaded.body, 'metadata', 'properties', 'another')).toBeUndefined();
      const log = at(loaded.body, 'metadata', 'metadata-log');
      const files = [...store.objects.keys].filter((key) =>
        key.includes(String(at(loaded.body, 'metadata', 'table-uuid'))),
      );
      expect(files).toHaveLength(Array.isArray(log) ? log.length + 1 : -1);
    });

    test('a commit does not land on a table dropped, or dropped and made again, under its hands', async () => {
      for (const isMadeAgain of [false, true]) {
        const created = await createTable(store, 'ns', 'vanishing');
        let isFirst = true;
        store.objects.beforePut = async () => {
          if (!isFirst) return;
          isFirst = false;
          await store.call('DELETE', `${TABLES}/vanishing`);
          if (isMadeAgain) await createTable(store, 'ns', 'vanishing');
        };
        const uuid = at(created.body, 'metadata', 'table-uuid');
        const requirements = [{ type: 'assert-table-uuid', uuid: String(uuid) }];
        const answer = await store.call('POST', `${TABLES}/vanishing`, { requirements, updates: appendUpdates(1n, 1) });
        store.objects.beforePut = async () => {};
        expect(errorOf(answer).type).toBe(isMadeAgain ? 'CommitFailedException' : 'NoSuchTableException');
        if (isMadeAgain) {
          expect(historyOf(await store.call('GET', `${TABLES}/vanishing`))).toEqual([]);
          await store.call('DELETE', `${TABLES}/vanishing`);
        }
      }
    });

    test('of two that create one name, or claim one place, one wins', async () => {
      const twin = await store.serveTwin();
      const schema = { type: 'struct', fields: [] };
      const same = await Promise.all([store.call, twin].map((call) => call('POST', TABLES, { name: 'same', schema })));
      expect(same.map((answer) => answer.status).sort()).toEqual([200, 409]);
      const place = await Promise.all(
        [store.call, twin].map((call, index) =>
          call('POST', TABLES, { name: `place${index}`, schema, location: 's3://lake/one/place' }),
        ),
      );
      expect(place.map((answer) => answer.status).sort()).toEqual([200, 409]);
      const namespace = await Promise.all(
        [store.call, twin].map((call) => call('POST', `${LAKE}/namespaces`, { namespace: ['twins'] })),
      );
      expect(namespace.map((answer) => answer.status).sort()).toEqual([200, 409]);
    });
  });
}

describeRaces('on the embedded store', 50);

const server = findServer('postgresql');
server.describe('on PostgreSQL, whose other writers are seen only when they collide', () => {
  let running: Awaited<ReturnType<typeof server.start>>;
  beforeAll(async () => {
    running = await server.start();
  });
  afterAll(() => running.stop());
  describeRaces('commits', 16, () =>
    openPostgresKv({ url: running.url, schema: `test_${randomUUID().replaceAll('-', '')}` }),
  );
});

test('the queue of one table has an end', async () => {
  const queue = new CommitQueue();
  const gate = Promise.withResolvers<void>();
  const waiting = Array.from({ length: 1_000 }, () => queue.run('full', () => gate.promise));
  await expect(queue.run('full', async () => {})).rejects.toBeInstanceOf(TableError);
  await expect(queue.run('other', async () => 'runs')).resolves.toBe('runs');
  gate.resolve();
  await Promise.all(waiting);
  await expect(queue.run('full', async () => 'runs')).resolves.toBe('runs');
});
