/** Random histories against a map: every answer of the catalog must be the map's. */
import fc from 'fast-check';
import { openLmdbCatalog, type TestCatalog } from './open-stores.ts';
import { bucketRequest, deleteEvent, makeVersion, putEvent } from './sample-requests.ts';

interface Model {
  readonly objects: Map<string, number>;
}

interface Real {
  readonly store: TestCatalog;
  readonly bucket: string;
}

const keyArbitrary = fc
  .array(fc.constantFrom('a', 'b', 'aa', '/', '//', '\x00', 'é', '😀', '￮', '+'), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''));
const prefixArbitrary = fc.oneof(fc.constant(''), keyArbitrary);
const delimiterArbitrary = fc.constantFrom('', '/', 'a', '//', 'é');

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

interface Listed {
  readonly objects: string[];
  readonly commonPrefixes: string[];
}

/** What S3 says a whole listing is, straight from the definition. */
function listModel(model: Model, prefix: string, delimiter: string): Listed {
  const objects: string[] = [];
  const commonPrefixes = new Set<string>();
  for (const key of [...model.objects.keys()].sort(byBytes)) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (at === -1) objects.push(key);
    else commonPrefixes.add(key.slice(0, at + delimiter.length));
  }
  return { objects, commonPrefixes: [...commonPrefixes] };
}

class PutCommand implements fc.AsyncCommand<Model, Real> {
  readonly key: string;
  readonly sizeBytes: number;
  readonly ifAbsent: boolean;

  constructor(key: string, sizeBytes: number, ifAbsent: boolean) {
    this.key = key;
    this.sizeBytes = sizeBytes;
    this.ifAbsent = ifAbsent;
  }

  check = () => true;

  async run(model: Model, { store, bucket }: Real): Promise<void> {
    const outcome = store.catalog.commitObject({
      bucket,
      key: this.key,
      version: makeVersion({ sizeBytes: this.sizeBytes }),
      event: putEvent,
      ...(this.ifAbsent ? { condition: { ifNoneMatch: '*' } } : {}),
    });
    if (this.ifAbsent && model.objects.has(this.key))
      await expect(outcome).rejects.toMatchObject({ code: 'PreconditionFailed' });
    else {
      await outcome;
      model.objects.set(this.key, this.sizeBytes);
    }
  }

  toString = () => `put(${JSON.stringify(this.key)}, ${this.sizeBytes}, ${this.ifAbsent})`;
}

class DeleteCommand implements fc.AsyncCommand<Model, Real> {
  readonly keys: readonly string[];

  constructor(keys: readonly string[]) {
    this.keys = keys;
  }

  check = () => true;

  async run(model: Model, { store, bucket }: Real): Promise<void> {
    const objects = this.keys.map((key) => ({ key }));
    const outcomes = await store.catalog.deleteObjects({ bucket, objects, event: deleteEvent });
    expect(outcomes).toEqual(this.keys.map((key) => ({ ok: true, existed: model.objects.delete(key) })));
  }

  toString = () => `delete(${JSON.stringify(this.keys)})`;
}

class LookupCommand implements fc.AsyncCommand<Model, Real> {
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  check = () => true;

  async run(model: Model, { store, bucket }: Real): Promise<void> {
    const found = await store.catalog.lookupObject(bucket, this.key);
    expect(found?.sizeBytes).toBe(model.objects.get(this.key));
  }

  toString = () => `lookup(${JSON.stringify(this.key)})`;
}

class ListCommand implements fc.AsyncCommand<Model, Real> {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;

  constructor(prefix: string, delimiter: string, maxKeys: number) {
    this.prefix = prefix;
    this.delimiter = delimiter;
    this.maxKeys = maxKeys;
  }

  check = () => true;

  async run(model: Model, { store, bucket }: Real): Promise<void> {
    const { prefix, delimiter, maxKeys } = this;
    const found: Listed = { objects: [], commonPrefixes: [] };
    let from = { startAfter: '', resumeAfterPrefix: false };
    for (;;) {
      const page = await store.catalog.listObjects({ bucket, prefix, delimiter, maxKeys, ...from });
      const entries = page.objects.length + page.commonPrefixes.length;
      expect(entries).toBeLessThanOrEqual(maxKeys);
      if (page.isTruncated) expect(entries).toBe(maxKeys);
      found.objects.push(...page.objects.map(({ key }) => key));
      found.commonPrefixes.push(...page.commonPrefixes);
      if (!page.isTruncated) break;
      from = { startAfter: page.nextStartAfter ?? '', resumeAfterPrefix: page.nextIsPrefix ?? false };
    }
    expect(found).toEqual(listModel(model, prefix, delimiter));
  }

  toString = () => `list(${JSON.stringify(this.prefix)}, ${JSON.stringify(this.delimiter)}, ${this.maxKeys})`;
}

const commands = fc.commands(
  [
    fc.tuple(keyArbitrary, fc.nat(9), fc.boolean()).map((args) => new PutCommand(...args)),
    fc.tuple(keyArbitrary, fc.nat(9), fc.constant(false)).map((args) => new PutCommand(...args)),
    fc.array(keyArbitrary, { maxLength: 3 }).map((keys) => new DeleteCommand(keys)),
    keyArbitrary.map((key) => new LookupCommand(key)),
    fc.tuple(prefixArbitrary, delimiterArbitrary, fc.integer({ min: 1, max: 5 })).map((a) => new ListCommand(...a)),
  ],
  { maxCommands: 40 },
);

test('random histories of puts, deletes, lookups and listings answer as a map would; usage adds up', async () => {
  const store = openLmdbCatalog();
  let round = 0;
  try {
    await fc.assert(
      fc.asyncProperty(commands, async (history) => {
        round += 1;
        const bucket = `bucket-${round}`;
        await store.catalog.createBucket(bucketRequest(bucket));
        const model: Model = { objects: new Map() };
        await fc.asyncModelRun(() => ({ model, real: { store, bucket } }), history);
        const bytes = [...model.objects.values()].reduce((sum, size) => sum + size, 0);
        expect(await store.catalog.getBucketUsage(bucket)).toEqual({ objects: model.objects.size, bytes });
      }),
      { numRuns: 60 },
    );
  } finally {
    await store.destroy();
  }
});

test('listing a thousand keys under ten prefixes reads rows by the page, not by the bucket', async () => {
  const store = openLmdbCatalog();
  await store.catalog.createBucket(bucketRequest('box'));
  const keys = Array.from({ length: 2000 }, (_, i) => `p${i % 10}/${String(i).padStart(5, '0')}`);
  await Promise.all(
    keys.map((key) => store.catalog.commitObject({ bucket: 'box', key, version: makeVersion(), event: putEvent })),
  );
  let rowsRead = 0;
  const { listObjects } = await import('../src/core/objects/list-objects.ts');
  await store.kv.read(function* (tx) {
    const counting: typeof tx = {
      get: (key) => tx.get(key),
      getDecoded: (key, decode) => tx.getDecoded(key, decode),
      getMany: (all) => tx.getMany(all),
      scan: (range) => tx.scan(range),
      scanDecoded: (range, decode) =>
        tx.scanDecoded(range, (key, value) => {
          rowsRead += 1;
          return decode(key, value);
        }),
      walk: (walk, walker) =>
        tx.walk(walk, (key, value) => {
          rowsRead += 1;
          return walker(key, value);
        }),
    };
    const request = { prefix: '', delimiter: '/', startAfter: '', resumeAfterPrefix: false, maxKeys: 1000 };
    const page = yield* listObjects(counting, 1, request);
    expect(page.commonPrefixes).toHaveLength(10);
  });
  expect(rowsRead).toBe(10);
  await store.destroy();
});
