/** Two catalog processes on one database are one catalog. */
import { randomUUID } from 'node:crypto';
import { findServer } from '@needlestack/test-servers';
import { type CatalogService, startCatalogService } from '../src/wiring.ts';
import { bucketRequest, makeVersion, putEvent } from './sample-requests.ts';

const server = findServer('postgresql');

server.describe('two catalog services on one PostgreSQL', () => {
  let running: Awaited<ReturnType<typeof server.start>>;
  let one: CatalogService;
  let two: CatalogService;

  beforeAll(async () => {
    running = await server.start();
    const schema = `test_${randomUUID().replaceAll('-', '')}`;
    const store = { kind: 'postgres' as const, url: running.url, schema };
    // Both start on the empty database at once: the migration lock lets one make the schema.
    [one, two] = await Promise.all([startCatalogService({ store }), startCatalogService({ store })]);
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await running.stop();
  });

  test('what one commits the other reads, and wakes its readers of the outbox', async () => {
    await one.port.createBucket(bucketRequest('box'));
    await one.port.putBucketConfig('box', 'notification', Buffer.from('rules'));
    const { nextSeq } = await two.port.readOutbox({ fromSeq: 0n, maxRows: 10, waitMs: 0 });
    const waiting = two.port.readOutbox({ fromSeq: nextSeq, maxRows: 10, waitMs: 20_000 });
    await one.port.commitObject({ bucket: 'box', key: 'k', version: makeVersion({ sizeBytes: 7 }), event: putEvent });
    expect((await waiting).rows).toHaveLength(1);
    expect(await two.port.lookupObject('box', 'k')).toMatchObject({ sizeBytes: 7 });
  });

  test('writers of both that require absence: one wins; usage and the log count every commit once', async () => {
    await one.port.createBucket(bucketRequest('race'));
    await one.port.putBucketConfig('race', 'notification', Buffer.from('rules'));
    const commit = (service: CatalogService, key: string) =>
      service.port.commitObject({
        bucket: 'race',
        key,
        version: makeVersion(),
        condition: { ifNoneMatch: '*' },
        event: putEvent,
      });
    const keys = Array.from({ length: 8 }, (_, i) => `k${i}`);
    const outcomes = await Promise.allSettled(keys.flatMap((key) => [commit(one, key), commit(two, key)]));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(keys.length);
    const { rows } = await one.port.readOutbox({ fromSeq: 0n, maxRows: 1000, waitMs: 0 });
    const named = rows.flatMap(({ bucket, change }) =>
      bucket === 'race' && change.kind === 'object' ? change.key : [],
    );
    expect(named.sort()).toEqual(keys);
  });
});
