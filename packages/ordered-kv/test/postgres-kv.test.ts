import { randomUUID } from 'node:crypto';
import { findServer } from '@needlestack/test-servers';
import { Client } from 'pg';
import { openPostgresKv } from '../src/index.ts';
import { describeOrderedKvContract, type OpenedKv } from './ordered-kv-contract.ts';

const server = findServer('postgresql');

server.describe('the PostgreSQL driver', () => {
  let running: Awaited<ReturnType<typeof server.start>>;
  beforeAll(async () => {
    running = await server.start();
  });
  afterAll(() => running.stop());

  async function openEmpty(): Promise<OpenedKv> {
    const options = { url: running.url, schema: `test_${randomUUID().replaceAll('-', '')}` };
    let kv = await openPostgresKv(options);
    return {
      kv,
      reopen: async () => {
        await kv.close();
        kv = await openPostgresKv(options);
        return kv;
      },
      destroy: () => kv.close(),
    };
  }

  describeOrderedKvContract(openEmpty);

  test('two processes on one store: their increments are all counted, their sequence numbers differ', async () => {
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const stores = await Promise.all([1, 2].map(() => openPostgresKv({ url: running.url, schema })));
    const key = Buffer.from('counter');
    const numbers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        stores[i % 2]?.transact(function* (tx) {
          const next = Number((yield* tx.get(key)) ?? 0) + 1;
          tx.put(key, Buffer.from(String(next)));
          return yield* tx.nextSequence('shared');
        }),
      ),
    );
    expect(new Set(numbers).size).toBe(10);
    expect((await stores[0]?.get(key))?.toString()).toBe('10');
    for (const store of stores) await store.close();
  });

  test('moments have connections of their own: at most so many, and transactions go on beside them', async () => {
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const kv = await openPostgresKv({ url: running.url, schema, connectionsMax: 1, pinnedConnectionsMax: 2 });
    const [one] = await Promise.all([kv.pin(), kv.pin()]);
    await expect(kv.pin()).rejects.toMatchObject({ code: 'too-many-pins' });
    expect(await kv.get(Buffer.from('a'))).toBeUndefined();
    await one?.release();
    const again = await kv.pin();
    await again.release();
    await kv.close();
  });

  test('the first moment finds a connection that was open before', async () => {
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const url = new URL(running.url);
    url.searchParams.set('application_name', schema);
    const kv = await openPostgresKv({ url: url.href, schema });
    const client = new Client({ connectionString: running.url });
    await client.connect();
    const { rows: before } = await client.query('SELECT clock_timestamp()::text AS now');
    const view = await kv.pin();
    const { rows } = await client.query(
      "SELECT backend_start < $1::timestamptz AS was_open FROM pg_stat_activity WHERE application_name = $2 AND state = 'idle in transaction'",
      [before[0].now, schema],
    );
    expect(rows).toEqual([{ was_open: true }]);
    await view.release();
    await client.end();
    await kv.close();
  });

  test('a moment whose connection the server ends is unavailable, and can be let go of', async () => {
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const kv = await openPostgresKv({ url: running.url, schema, pinnedConnectionsMax: 1 });
    const view = await kv.pin();
    const client = new Client({ connectionString: running.url });
    await client.connect();
    await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'");
    await client.end();
    await expect(view.get(Buffer.from('a'))).rejects.toMatchObject({ code: 'unavailable' });
    await view.release();
    await (await kv.pin()).release();
    await kv.close();
  });

  test('a database that is not there is unavailable', async () => {
    const url = 'postgresql://postgres@127.0.0.1:1/postgres';
    await expect(openPostgresKv({ url, schema: 'test' })).rejects.toMatchObject({ code: 'unavailable' });
  });
});
