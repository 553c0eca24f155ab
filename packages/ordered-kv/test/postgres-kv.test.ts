import { randomUUID } from 'node:crypto';
import { findServer } from '@needlestack/test-servers';
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

  test('a database that is not there is unavailable', async () => {
    const url = 'postgresql://postgres@127.0.0.1:1/postgres';
    await expect(openPostgresKv({ url, schema: 'test' })).rejects.toMatchObject({ code: 'unavailable' });
  });
});
