/** What a bucket's row says, and that it says so from the same moment on as the configurations themselves. */
import { hasBucketConfig } from '@needlestack/service-contracts';
import { encodeBucketRecord } from '../src/core/codec/bucket-record.ts';
import { bucketKey, schemaKey } from '../src/core/keys.ts';
import { migrateSchema } from '../src/core/schema/migrate-schema.ts';
import { makeSchemaSteps } from '../src/core/schema/schema-steps.ts';
import { describeOnBothStores, openLmdbCatalog, type TestCatalog } from './open-stores.ts';
import { bucketRequest } from './sample-requests.ts';

describeOnBothStores('bucket rows', (open) => {
  let store: TestCatalog;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.destroy());

  const bytes = Buffer.from('configuration');

  test('say which configurations are set, and rise with each change', async () => {
    const { catalog } = store;
    const made = await catalog.createBucket({
      ...bucketRequest('configured'),
      configs: [
        { kind: 'acl', value: bytes },
        { kind: 'tagging', value: bytes },
      ],
    });
    expect(await catalog.getBucketConfig('configured', 'acl')).toEqual(bytes);
    expect([hasBucketConfig(made, 'acl'), hasBucketConfig(made, 'tagging'), hasBucketConfig(made, 'cors')]).toEqual([
      true,
      true,
      false,
    ]);
    const find = async () => {
      const bucket = await catalog.getBucket('configured');
      if (bucket === undefined) throw new Error('the bucket is there');
      return bucket;
    };
    let { configRevision } = made;
    for (const kind of ['policy', 'abac', 'notification'] as const) {
      for (const value of [bytes, undefined]) {
        await catalog.putBucketConfig('configured', kind, value);
        const now = await find();
        expect(hasBucketConfig(now, kind)).toBe(value !== undefined);
        expect(now.hasEventRules).toBe(kind === 'notification' && value !== undefined);
        expect(now.configRevision).toBeGreaterThan(configRevision);
        configRevision = now.configRevision;
      }
    }
    expect((await find()).configBits).toBe(made.configBits);
  });

  test('let one of two that read, change and write go through', async () => {
    const { catalog } = store;
    const { configRevision: ifRevision } = await catalog.createBucket(bucketRequest('contested'));
    const writes = await Promise.allSettled(
      [1, 2, 3].map((n) => catalog.putBucketConfig('contested', 'inventory', Buffer.from([n]), { ifRevision })),
    );
    expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const write of writes)
      if (write.status === 'rejected') expect(write.reason.code).toBe('ConditionalRequestConflict');
  });

  test('accounts have configurations of their own', async () => {
    const { catalog } = store;
    expect(await catalog.getAccountConfig('one', 'public-access-block')).toBeUndefined();
    await catalog.putAccountConfig('one', 'public-access-block', bytes);
    expect(await catalog.getAccountConfig('one', 'public-access-block')).toEqual(bytes);
    expect(await catalog.getAccountConfig('on', 'public-access-block')).toBeUndefined();
    await catalog.putAccountConfig('one', 'public-access-block', undefined);
    expect(await catalog.getAccountConfig('one', 'public-access-block')).toBeUndefined();
  });
});

test('rows of the first schema learn what is set, and that object lock means versioning', async () => {
  const store = openLmdbCatalog();
  const { catalog, kv, clock } = store;
  const names = Array.from({ length: 120 }, (_, n) => `bucket-${n}`);
  await Promise.all(names.map((name) => catalog.createBucket(bucketRequest(name))));
  await catalog.putBucketConfig('bucket-7', 'cors', Buffer.from('rules'));
  // As the program before wrote them: nothing after the region.
  await kv.transact(function* (tx) {
    for (const [n, name] of names.entries()) {
      const row = yield* tx.get(bucketKey(name));
      if (row === undefined) throw new Error('the bucket is there');
      const id = row.readUInt32BE(5);
      const bucket = { ...bucketRequest(name), id, createdAtMs: 1, versioning: 'Off' as const, hasEventRules: false };
      const record = encodeBucketRecord({ ...bucket, objectLockEnabled: n === 9, configBits: 0, configRevision: 0 });
      tx.put(bucketKey(name), record.subarray(0, record.length - 15));
    }
    tx.put(schemaKey(), Buffer.from([0, 0, 0, 1]));
  });
  const steps = makeSchemaSteps(undefined);
  await migrateSchema({ kv, clock: () => clock.nowMs, holder: 'test', pause: async () => {}, steps });
  const { buckets } = await catalog.listBuckets({ prefix: '', startAfter: '', maxBuckets: 1000 });
  expect(buckets).toHaveLength(120);
  for (const bucket of buckets) {
    expect(hasBucketConfig(bucket, 'cors')).toBe(bucket.name === 'bucket-7');
    expect(bucket.versioning).toBe(bucket.name === 'bucket-9' ? 'Enabled' : 'Off');
  }
  await store.destroy();
});
