/** What a scan shows and what the outbox tells from its log offset on: together the present state, and nothing twice. */
import { createKvBatchScanner } from '@needlestack/kv-scan';
import fc from 'fast-check';
import { decodeObjectRecord } from '../../src/core/codec/object-record.ts';
import { SHARDS } from '../../src/core/keys.ts';
import { bucketRequest, deleteEvent, makeVersion, putEvent } from '../sample-requests.ts';
import { describeScansOnBothStores, portOf, type TestScans } from './open-scans.ts';
import { writeUntilTaken } from './write-until-taken.ts';

type State = Map<string, string>;

const BUCKET = 'logged';
/** The bucket's own id stands before the object's key. */
const KEY_AT = 8;

const etagOf = (number: number): string => number.toString(16).padStart(32, '0');

describeScansOnBothStores('the log offset of a scan', (open) => {
  let store: TestScans;
  let shard = 0;

  beforeAll(async () => {
    store = await open();
    const { bucketId } = await store.catalog.createBucket(bucketRequest(BUCKET));
    shard = Number.parseInt(bucketId, 16) % SHARDS;
    await store.catalog.putBucketConfig(BUCKET, 'notification', Buffer.from('rules'));
  });
  afterAll(() => store.destroy());

  const put = (key: string, etag: string) =>
    writeUntilTaken(() =>
      store.catalog.commitObject({ bucket: BUCKET, key, version: makeVersion({ etag }), event: putEvent }),
    );
  const remove = (key: string) =>
    writeUntilTaken(() => store.catalog.deleteObject({ bucket: BUCKET, key, event: deleteEvent }));

  async function readLive(): Promise<State> {
    const live: State = new Map();
    const page = await store.catalog.listObjects({
      bucket: BUCKET,
      prefix: '',
      delimiter: '',
      startAfter: '',
      resumeAfterPrefix: false,
      maxKeys: 1000,
    });
    for (const { key, etag } of page.objects) live.set(key, etag);
    return live;
  }

  /** The state that the outbox makes of an earlier one. */
  async function replay(state: State, fromSeq: bigint, untilSeq?: bigint): Promise<State> {
    const after = new Map(state);
    for (let seq = fromSeq; ; ) {
      const page = await store.catalog.readOutbox({ fromSeq: seq, maxRows: 1000, waitMs: 0 });
      for (const row of page.rows) {
        if (untilSeq !== undefined && row.seq >= untilSeq) return after;
        if (row.change.kind !== 'object') continue;
        if (row.change.event.eventName.startsWith('ObjectRemoved')) after.delete(row.change.key);
        else after.set(row.change.key, row.change.etag);
      }
      if (page.rows.length === 0) return after;
      seq = page.nextSeq;
    }
  }

  const key = fc.integer({ min: 0, max: 9 }).map((number) => `key ${number}`);
  const change = fc.record({ key, removes: fc.boolean() });
  const changes = fc.array(change, { maxLength: 12 });

  test('scan and tail are the live state, however the writers are at it', async () => {
    let lastEtag = 0;
    const write = async (all: readonly { readonly key: string; readonly removes: boolean }[]) => {
      for (const one of all) {
        lastEtag += 1;
        await (one.removes ? remove(one.key) : put(one.key, etagOf(lastEtag)));
      }
    };
    await fc.assert(
      fc.asyncProperty(changes, fc.array(changes, { minLength: 1, maxLength: 4 }), async (before, during) => {
        await write(before);
        const scanned: State = new Map();
        const opening = Promise.all([write(during[0] ?? []), write(during[1] ?? [])]);
        await using scanner = createKvBatchScanner({
          port: portOf(store.scans),
          table: 'objects',
          bucketId: shard,
          scannerKvFetchMaxBytes: 400,
        });
        for (let round = 0; ; round += 1) {
          const batch = await scanner.nextBatch();
          if (batch === null) break;
          for (const row of batch) {
            const name = row.key.toString('utf8', KEY_AT);
            expect(scanned.has(name)).toBe(false);
            scanned.set(name, decodeObjectRecord(row.value).version.etag);
          }
          await write(during[2 + (round % 2)] ?? []);
        }
        await opening;
        const offset = scanner.logOffset ?? 0n;
        expect(await replay(new Map(), 0n, offset)).toEqual(scanned);
        expect(await replay(scanned, offset)).toEqual(await readLive());
        expect(store.scans.openScanners).toBe(0);
      }),
      { numRuns: store.kv.writers === 'single' ? 15 : 5 },
    );
  });

  test('a fuzzy scan and the log from its first answer on are the live state', async () => {
    for (let number = 0; number < 30; number += 1) await put(`fuzzy ${number}`, etagOf(number));
    const scanned: State = new Map();
    const scanner = createKvBatchScanner({
      port: portOf(store.scans),
      table: 'objects',
      bucketId: shard,
      mode: 'token',
      scannerKvFetchMaxBytes: 600,
    });
    let changed = 0;
    for await (const batch of scanner.batches()) {
      for (const row of batch)
        scanned.set(row.key.toString('utf8', KEY_AT), decodeObjectRecord(row.value).version.etag);
      changed += 1;
      await put(`fuzzy ${(changed * 7) % 30}`, etagOf(1000 + changed));
      await remove(`fuzzy ${(changed * 11) % 30}`);
      await put(`fuzzy x${changed}`, etagOf(2000 + changed));
    }
    expect(changed).toBeGreaterThan(5);
    expect(await replay(scanned, scanner.logOffset ?? 0n)).toEqual(await readLive());
  });

  test('the outbox is kept for a token that may be replayed, for a day, and then trimmed', async () => {
    const { catalog, clock } = store;
    await put('held', etagOf(1));
    const scanner = createKvBatchScanner({
      port: portOf(store.scans),
      table: 'objects',
      bucketId: shard,
      mode: 'token',
      scannerKvFetchMaxBytes: 1,
    });
    await scanner.nextBatch();
    const offset = scanner.logOffset ?? 0n;
    const { resumeToken } = scanner;
    for (let number = 0; number < 5; number += 1) await put(`held ${number}`, etagOf(number));
    const firstKept = async () => (await catalog.readOutbox({ fromSeq: 0n, maxRows: 1, waitMs: 0 })).rows[0]?.seq;
    await catalog.advanceOutboxCursor('consumer', offset + 4n);
    expect((await firstKept()) ?? 0n).toBeLessThanOrEqual(offset);
    clock.nowMs += 23 * 60 * 60 * 1000;
    await catalog.advanceOutboxCursor('consumer', offset + 4n);
    expect((await firstKept()) ?? 0n).toBeLessThanOrEqual(offset);
    clock.nowMs += 4 * 60 * 60 * 1000;
    await catalog.advanceOutboxCursor('consumer', offset + 4n);
    expect(await firstKept()).toBe(offset + 4n);
    expect(resumeToken).toBeDefined();
  });
});
