/** The lifecycle worker over a real store, on days of ten seconds. */
import { CatalogError, type EventContext } from '@needlestack/service-contracts';
import { LifecycleWorker, type LifecycleWorkerOptions } from '../src/core/lifecycle/lifecycle-worker.ts';
import { describeOnBothStores, type TestCatalog } from './open-stores.ts';
import { makeVersion, putEvent } from './sample-requests.ts';

const makeEvent = (eventName = 'ObjectCreated:Put'): EventContext => ({ ...putEvent, eventName });

const DAY_MS = 10_000;
const BUCKET = 'bucket';

interface Told {
  deleted: number;
  locked: number;
  aborted: number;
  failures: unknown[];
}

const rule = (text: string, filter = '<Filter/>', id = 'r'): string =>
  `<Rule><ID>${id}</ID>${filter}<Status>Enabled</Status>${text}</Rule>`;
const expire = (days: number): string => `<Expiration><Days>${days}</Days></Expiration>`;
const noncurrent = (days: number, kept = ''): string =>
  `<NoncurrentVersionExpiration><NoncurrentDays>${days}</NoncurrentDays>${kept}</NoncurrentVersionExpiration>`;
const prefix = (text: string): string => `<Filter><Prefix>${text}</Prefix></Filter>`;

describeOnBothStores('lifecycle worker', (open) => {
  let store: TestCatalog;
  let told: Told;

  beforeEach(async () => {
    store = await open();
    told = { deleted: 0, locked: 0, aborted: 0, failures: [] };
    await store.catalog.createBucket({ name: BUCKET, ownerId: 'o', region: 'r', objectLockEnabled: false });
  });
  afterEach(() => store.destroy());

  const makeWorker = (overrides: Partial<LifecycleWorkerOptions> = {}): LifecycleWorker =>
    new LifecycleWorker({
      catalog: store.catalog,
      clock: () => store.clock.nowMs,
      dayMs: DAY_MS,
      intervalMs: 1_000_000,
      pageEntries: 10,
      holder: 'one',
      makeRequestId: () => 'REQUEST',
      pause: async () => undefined,
      events: {
        garbageCollected: () => undefined,
        garbageKept: () => undefined,
        garbageFailed: () => undefined,
        objectsExpired: (deleted, locked) => {
          told.deleted += deleted;
          told.locked += locked;
        },
        uploadsExpired: (aborted) => {
          told.aborted += aborted;
        },
        lifecycleFailed: (error) => told.failures.push(error),
      },
      ...overrides,
    });

  const walk = async (overrides?: Partial<LifecycleWorkerOptions>): Promise<void> => {
    const worker = makeWorker(overrides);
    await worker.runPass();
    await worker.close();
    expect(told.failures).toEqual([]);
  };
  const setRules = (...rules: readonly string[]): Promise<void> =>
    store.catalog.putBucketConfig(
      BUCKET,
      'lifecycle',
      Buffer.from(`<LifecycleConfiguration>${rules.join('')}</LifecycleConfiguration>`),
    );
  const put = (key: string, more: Parameters<typeof makeVersion>[0] = {}) =>
    store.catalog.commitObject({ bucket: BUCKET, key, version: makeVersion(more), event: makeEvent() });
  const remove = (key: string) =>
    store.catalog.deleteObject({ bucket: BUCKET, key, event: makeEvent('ObjectRemoved:Delete') });
  const enableVersions = (): Promise<void> => store.catalog.putBucketVersioning(BUCKET, 'Enabled');
  const pass = (days: number): void => {
    store.clock.nowMs += days * DAY_MS;
  };
  /** `key` for a current version, `key:old` for another one, with `-` before markers. */
  const shown = async (): Promise<string[]> => {
    const page = await store.catalog.listObjectVersions({
      bucket: BUCKET,
      prefix: '',
      delimiter: '',
      keyMarker: '',
      versionIdMarker: '',
      maxKeys: 1000,
    });
    return page.versions.map(
      ({ key, isLatest, isDeleteMarker }) => `${isDeleteMarker ? '-' : ''}${key}${isLatest ? '' : ':old'}`,
    );
  };

  test('objects go when they are old enough, and only those of the rule', async () => {
    await setRules(rule(expire(1), prefix('a/'), 'one'), rule(expire(5), prefix('c/'), 'five'));
    for (const key of ['a/1', 'a/2', 'b/1', 'c/1']) await put(key);
    await walk();
    expect(await shown()).toEqual(['a/1', 'a/2', 'b/1', 'c/1']);
    pass(1);
    await put('a/new');
    await walk();
    expect(await shown()).toEqual(['a/new', 'b/1', 'c/1']);
    pass(4);
    await walk();
    expect(await shown()).toEqual(['b/1']);
    expect(told).toMatchObject({ deleted: 4, locked: 0 });
  });

  test('a date that is over is due, a later one is not', async () => {
    const at = (date: string): string => `<Expiration><Date>${date}</Date></Expiration>`;
    await setRules(rule(at('2015-01-01'), prefix('past/'), 'p'), rule(at('2100-01-01'), prefix('future/'), 'f'));
    for (const key of ['past/1', 'future/1']) await put(key);
    await walk();
    expect(await shown()).toEqual(['future/1']);
  });

  test('tags and sizes choose; a rule that is off does nothing', async () => {
    const tag = '<Tag><Key>k</Key><Value>v</Value></Tag>';
    await setRules(
      rule(expire(1), `<Filter><And><Prefix>t</Prefix>${tag}</And></Filter>`, 'tags'),
      rule(
        expire(1),
        '<Filter><And><Prefix>s</Prefix><ObjectSizeGreaterThan>100</ObjectSizeGreaterThan></And></Filter>',
        'size',
      ),
      rule(expire(1), prefix('off'), 'off').replace('Enabled', 'Disabled'),
    );
    await put('t1', { tags: { k: 'v', other: 'x' } });
    await put('t2', { tags: { k: 'w' } });
    await put('t3');
    await put('s1', { sizeBytes: 101 });
    await put('s2', { sizeBytes: 100 });
    await put('off');
    pass(2);
    await walk();
    expect(await shown()).toEqual(['off', 's2', 't2', 't3']);
  });

  test('with versions a current one gets a marker, old ones go for good, a marker that is left alone goes last', async () => {
    await enableVersions();
    await setRules(rule(expire(1) + noncurrent(1)));
    await put('k');
    pass(1);
    await walk();
    expect(await shown()).toEqual(['-k', 'k:old']);
    pass(1);
    await walk();
    expect(await shown()).toEqual(['-k']);
    pass(1);
    await walk();
    expect(await shown()).toEqual([]);
  });

  test('a marker over older versions stays; alone it goes by name of the rule at once', async () => {
    await enableVersions();
    await put('over');
    await remove('over');
    await remove('alone');
    await setRules(rule('<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>'));
    await walk();
    expect(await shown()).toEqual(['-over', 'over:old']);
  });

  test('the newest noncurrent versions are kept', async () => {
    await enableVersions();
    await setRules(rule(noncurrent(1, '<NewerNoncurrentVersions>5</NewerNoncurrentVersions>')));
    for (let version = 0; version < 10; version += 1) {
      await put('k');
      store.clock.nowMs += 1;
    }
    pass(2);
    await walk();
    expect(await shown()).toEqual(['k', ...Array.from({ length: 5 }, () => 'k:old')]);
  });

  test('noncurrent versions age from the moment they were replaced', async () => {
    await enableVersions();
    await setRules(rule(noncurrent(2)));
    await put('k');
    pass(5);
    await put('k');
    await walk();
    expect(await shown()).toEqual(['k', 'k:old']);
    pass(2);
    await walk();
    expect(await shown()).toEqual(['k']);
  });

  test('what is locked stays, and is told of', async () => {
    await store.catalog.createBucket({ name: 'locked', ownerId: 'o', region: 'r', objectLockEnabled: true });
    await store.catalog.putBucketConfig(
      'locked',
      'lifecycle',
      Buffer.from(`<LifecycleConfiguration>${rule(noncurrent(1))}</LifecycleConfiguration>`),
    );
    const lock = { mode: 'COMPLIANCE' as const, retainUntilMs: store.clock.nowMs + 10 * DAY_MS };
    for (const version of [makeVersion({ lock }), makeVersion({ lock: { legalHold: true } }), makeVersion()]) {
      await store.catalog.commitObject({ bucket: 'locked', key: 'k', version, event: makeEvent() });
    }
    pass(2);
    await walk();
    expect(told).toMatchObject({ deleted: 0, locked: 2 });
    pass(10);
    await walk();
    expect(told).toMatchObject({ deleted: 1, locked: 3 });
  });

  test('uploads are aborted, their needles given to the collector', async () => {
    const begin = (key: string) =>
      store.catalog.createUpload({ bucket: BUCKET, key, template: makeVersion(), initiatorId: 'i' });
    const abort =
      '<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>';
    await setRules(rule(abort, prefix('a/')));
    await begin('a/1');
    await begin('b/1');
    pass(1);
    await begin('a/2');
    pass(1);
    await walk();
    const page = await store.catalog.listUploads({
      bucket: BUCKET,
      prefix: '',
      delimiter: '',
      keyMarker: '',
      uploadIdMarker: '',
      maxUploads: 10,
    });
    expect(page.uploads.map(({ key }) => key)).toEqual(['a/2', 'b/1']);
    expect(told.aborted).toBe(1);
  });

  test('each end of a life is an event with its own name', async () => {
    await store.catalog.putBucketConfig(BUCKET, 'notification', Buffer.from('rules'));
    await enableVersions();
    await setRules(rule(expire(1) + noncurrent(1)));
    await put('k');
    for (const _ of [1, 2, 3]) {
      pass(1);
      await walk();
    }
    const { rows } = await store.catalog.readOutbox({ fromSeq: 0n, maxRows: 100, waitMs: 0 });
    const events = rows.flatMap(({ change }) => (change.kind === 'object' ? [change.event] : []));
    expect(events.map(({ eventName }: EventContext) => eventName).slice(1)).toEqual([
      'LifecycleExpiration:DeleteMarkerCreated',
      'LifecycleExpiration:Delete',
      'LifecycleDelMarkerExpiration:Delete',
    ]);
    expect(events[1]).toMatchObject({ principalId: 's3.amazonaws.com', requestId: 'REQUEST' });
  });

  test('pages, many buckets, prefixes that lie in each other', async () => {
    for (let at = 0; at < 5; at += 1) {
      await store.catalog.createBucket({ name: `more-${at}`, ownerId: 'o', region: 'r', objectLockEnabled: false });
    }
    await setRules(
      rule(expire(1), prefix('k'), 'wide'),
      rule(expire(1), prefix('k1'), 'narrow'),
      rule(expire(1), prefix('z'), 'last'),
    );
    const keys = Array.from({ length: 53 }, (_, at) => `k${String(at).padStart(5, '0')}`);
    await Promise.all([...keys, 'a', 'z'].map((key) => put(key)));
    pass(2);
    await walk();
    expect(await shown()).toEqual(['a']);
    expect(told.deleted).toBe(54);
  });

  describe('decisions are looked at again where they act', () => {
    const decide = async (
      objects: readonly Partial<{
        key: string;
        tags: Record<string, string>;
        newerNoncurrent: number;
        versionId: string;
      }>[],
    ) => {
      const bucket = await store.catalog.getBucket(BUCKET);
      const versions = new Map<string, { versionId: string; lastModifiedMs: number }>();
      for (const { key = 'k', versionId } of objects) {
        const found = await store.catalog.lookupObject(BUCKET, key, versionId);
        if (found !== undefined)
          versions.set(key, { versionId: found.versionId, lastModifiedMs: found.lastModifiedMs });
      }
      return () =>
        store.catalog.deleteExpired({
          bucket: BUCKET,
          bucketId: bucket?.bucketId ?? '',
          configRevision: bucket?.configRevision ?? 0,
          event: makeEvent('LifecycleExpiration:Delete'),
          objects: objects.map(({ key = 'k', tags = {}, newerNoncurrent = 0, versionId }) => ({
            key,
            tags,
            newerNoncurrent,
            eventName: 'LifecycleExpiration:Delete',
            ...(versionId === undefined ? undefined : { versionId }),
            condition: { ifUnchanged: versions.get(key) ?? { versionId: 'null', lastModifiedMs: 0 } },
          })),
        });
    };

    test('a key that was written again stays', async () => {
      await put('k');
      const act = await decide([{}]);
      store.clock.nowMs += 1;
      await put('k');
      expect(await act()).toEqual({ deleted: 0, locked: 0 });
      expect(await shown()).toEqual(['k']);
    });

    test('a version that lost its tag stays', async () => {
      await put('k', { tags: { k: 'v' } });
      const act = await decide([{ tags: { k: 'v' } }]);
      await store.catalog.updateVersion({
        bucket: BUCKET,
        key: 'k',
        change: { kind: 'tags', tags: {} },
        event: makeEvent('ObjectTagging:Delete'),
      });
      expect(await act()).toEqual({ deleted: 0, locked: 0 });
    });

    test('a version of which too few newer ones are left stays', async () => {
      await enableVersions();
      const versions = [];
      for (let at = 0; at < 3; at += 1) {
        versions.push((await put('k')).versionId);
        store.clock.nowMs += 1;
      }
      const [oldest = '', middle = ''] = versions;
      const act = await decide([{ versionId: oldest, newerNoncurrent: 1 }]);
      await store.catalog.deleteObject({
        bucket: BUCKET,
        key: 'k',
        versionId: middle,
        event: makeEvent('ObjectRemoved:Delete'),
      });
      expect(await act()).toEqual({ deleted: 0, locked: 0 });
      expect(await shown()).toEqual(['k', 'k:old']);
    });

    test('nothing is done by rules that were changed, nor in a bucket made anew', async () => {
      await setRules(rule(expire(1)));
      await put('k');
      const act = await decide([{}]);
      await setRules(rule(expire(2)));
      await expect(act()).rejects.toThrow(CatalogError);
      const again = await decide([{}]);
      await remove('k');
      await store.catalog.deleteBucket(BUCKET);
      await store.catalog.createBucket({ name: BUCKET, ownerId: 'o', region: 'r', objectLockEnabled: false });
      await expect(again()).rejects.toThrow(CatalogError);
    });
  });

  test('a walk that was cut goes on where it was', async () => {
    await setRules(rule(expire(1)));
    const keys = Array.from({ length: 30 }, (_, at) => `k${String(at).padStart(5, '0')}`);
    await Promise.all(keys.map((key) => put(key)));
    pass(2);
    // Its first page is done when the worker goes away.
    const { catalog } = store;
    const cut = makeWorker({
      catalog: {
        ...catalog,
        writeLifecycleCursor: async (cursor) => {
          await catalog.writeLifecycleCursor(cursor);
          if (cursor?.key !== '') void cut.close();
        },
      },
    });
    await cut.runPass();
    const cursor = await store.catalog.readLifecycleCursor();
    expect(cursor).toEqual({ bucket: BUCKET, key: 'k00008' });
    // What came in front of it meanwhile is the next walk's affair.
    await put('k00000', {});
    await put('a');
    pass(2);
    await walk();
    expect(await shown()).toEqual(['a', 'k00000']);
    expect(await store.catalog.readLifecycleCursor()).toBeUndefined();
    await walk();
    expect(await shown()).toEqual([]);
  });

  test('rules that change under the walk are read again, and it goes on', async () => {
    await setRules(rule(expire(1)));
    await Promise.all(Array.from({ length: 30 }, (_, at) => put(`k${String(at).padStart(2, '0')}`)));
    pass(2);
    const { catalog } = store;
    let pages = 0;
    await walk({
      catalog: {
        ...catalog,
        listObjectVersions: async (request) => {
          pages += 1;
          const page = await catalog.listObjectVersions(request);
          if (pages === 2) await setRules(rule(expire(1), prefix('k2')));
          return page;
        },
      },
    });
    const left = await shown();
    expect(left.filter((key) => key.startsWith('k2'))).toEqual([]);
    expect(left).toEqual(Array.from({ length: 10 }, (_, at) => `k${at + 10}`));
  });

  test('one worker acts, another one when the first went away', async () => {
    await setRules(rule(expire(1)));
    await put('k');
    pass(1);
    expect(await store.catalog.takeLifecycleLease('other')).toBe(true);
    await walk();
    expect(await shown()).toEqual(['k']);
    store.clock.nowMs += 61_000;
    await walk();
    expect(await shown()).toEqual([]);
  });

  test('a walk takes a quarter of the time', async () => {
    await setRules(rule(expire(1)));
    await Promise.all(Array.from({ length: 25 }, (_, at) => put(`k${at}`)));
    const pauses: number[] = [];
    const { catalog } = store;
    await walk({
      catalog: {
        ...catalog,
        listObjectVersions: async (request) => {
          store.clock.nowMs += 100;
          return catalog.listObjectVersions(request);
        },
      },
      pause: async (ms) => {
        pauses.push(ms);
      },
    });
    expect(pauses).toEqual([300, 300, 300]);
  });

  test('a walk that fails is told of and leaves its place', async () => {
    await setRules(rule(expire(1)));
    await put('k');
    const { catalog } = store;
    const worker = makeWorker({
      catalog: { ...catalog, listObjectVersions: () => Promise.reject(new Error('disk')) },
    });
    await worker.runPass();
    expect(told.failures).toEqual([new Error('disk')]);
    expect(await catalog.readLifecycleCursor()).toEqual({ bucket: BUCKET, key: '' });
  });
});
