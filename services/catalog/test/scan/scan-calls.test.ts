/** Every case of the ScanKv call, in process, on both stores. */
import { readRecords, ScanError, type ScanKvRequest } from '@needlestack/kv-scan/protocol';
import {
  closeRequest,
  describeScansOnBothStores,
  idOf,
  keepAliveRequest,
  keysOf,
  nextRequest,
  openRequest,
  portOf,
  putRows,
  type TestScans,
} from './open-scans.ts';

const FIVE = { a: '1', b: '2', c: '3', d: '4', e: '5' };
/** Header, a key of one byte, a value of one byte. */
const ROW_BYTES = 8;

const refusal = (code: string, text = '') => ({ code, message: expect.stringContaining(text) });

describeScansOnBothStores('ScanKv', (open) => {
  let store: TestScans;
  const ask = (request: ScanKvRequest, principal?: string) => portOf(store.scans, principal).scanKv(request);

  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.destroy());

  describe('batches', () => {
    test('an empty bucket makes no scanner, and still says where the log is', async () => {
      expect(await ask(openRequest('buckets'))).toEqual({
        hasMoreResults: false,
        records: Buffer.alloc(0),
        snapshotChanged: false,
        logOffset: 1n,
      });
      expect(store.scans.openScanners).toBe(0);
    });

    test('a batch stops before the row that would exceed it; an exact fit is taken', async () => {
      await putRows(store.kv, FIVE);
      const first = await ask(openRequest('buckets', {}, 2 * ROW_BYTES));
      expect(keysOf(first)).toEqual(['a', 'b']);
      expect(first).toMatchObject({ hasMoreResults: true, snapshotChanged: false });
      const second = await ask(nextRequest(idOf(first), 1, 3 * ROW_BYTES - 1));
      expect(keysOf(second)).toEqual(['c', 'd']);
      expect(second.logOffset).toBeUndefined();
      const third = await ask(nextRequest(idOf(first), 2, ROW_BYTES));
      expect(keysOf(third)).toEqual(['e']);
      expect(third.hasMoreResults).toBe(false);
      expect(third.resumeToken).toBeUndefined();
      expect(store.scans.openScanners).toBe(0);
    });

    test('the first row goes even when it is larger than the batch; rows keep their bytes', async () => {
      await putRows(store.kv, { a: 'x'.repeat(5000), b: '\u0000\u00ff', c: '' });
      const first = await ask(openRequest('buckets', {}, 1));
      expect(keysOf(first)).toEqual(['a']);
      const rest = await ask(nextRequest(idOf(first), 1, 100));
      expect([...readRecords(rest.records)].map(({ value }) => value.toString())).toEqual(['\u0000\u00ff', '']);
    });

    test('the server bounds what is asked for', async () => {
      const bounded = store.another({ batchBytesMax: 2 * ROW_BYTES });
      await putRows(store.kv, FIVE);
      const answer = await portOf(bounded).scanKv(openRequest('buckets', {}, 1_000_000_000));
      expect(keysOf(answer)).toEqual(['a', 'b']);
      await bounded.stop();
    });

    test.each([
      [1, [['a']]],
      [2, [['a', 'b']]],
      [3, [['a', 'b'], ['c']]],
      [5, [['a', 'b'], ['c', 'd'], ['e']]],
      [6, [['a', 'b'], ['c', 'd'], ['e']]],
      [0, [['a', 'b'], ['c', 'd'], ['e']]],
      [-1, [['a', 'b'], ['c', 'd'], ['e']]],
    ])('with a limit of %i, at the edge of a batch and beside it', async (limit, batches) => {
      await putRows(store.kv, FIVE);
      let answer = await ask(openRequest('buckets', { limit }, 2 * ROW_BYTES));
      const seen = [keysOf(answer)];
      const id = answer.scannerId;
      for (let seq = 1; answer.hasMoreResults && id !== undefined; seq += 1) {
        answer = await ask(nextRequest(id, seq, 2 * ROW_BYTES));
        seen.push(keysOf(answer));
      }
      expect(seen).toEqual(batches);
      expect(store.scans.openScanners).toBe(0);
    });

    test('a start key, a prefix, and both', async () => {
      await putRows(store.kv, { a: '', aa: '', ab: '', abc: '', b: '' });
      const keys = async (fields: { startKey?: string; prefix?: string }) => {
        const { startKey, prefix } = fields;
        return keysOf(
          await ask(
            openRequest('buckets', {
              ...(startKey === undefined ? {} : { startKey: Buffer.from(startKey) }),
              ...(prefix === undefined ? {} : { prefix: Buffer.from(prefix) }),
            }),
          ),
        );
      };
      expect(await keys({ startKey: 'ab' })).toEqual(['ab', 'abc', 'b']);
      expect(await keys({ prefix: 'a' })).toEqual(['a', 'aa', 'ab', 'abc']);
      expect(await keys({ prefix: 'a', startKey: 'aa0' })).toEqual(['ab', 'abc']);
      expect(await keys({ prefix: 'ab', startKey: 'a' })).toEqual(['ab', 'abc']);
      expect(await keys({ prefix: 'a', startKey: 'b' })).toEqual([]);
    });

    test('writes during the scan are not in it', async () => {
      await putRows(store.kv, FIVE);
      const first = await ask(openRequest('buckets', {}, 2 * ROW_BYTES));
      await putRows(store.kv, { bb: 'new', c: 'changed' });
      await store.kv.transact(function* (tx) {
        tx.delete(Buffer.from('\u0010d'));
        yield* tx.get(Buffer.from('x'));
      });
      const rest = await ask(nextRequest(idOf(first), 1));
      expect([...readRecords(rest.records)].map(({ key, value }) => `${key}=${value}`)).toEqual(['c=3', 'd=4', 'e=5']);
    });
  });

  describe('refusals', () => {
    test.each<[string, ScanKvRequest, string]>([
      ['neither id nor open', { closeScanner: false, keepAlive: false, callSeqId: 0, batchSizeBytes: 1 }, 'neither'],
      ['both', { ...openRequest('buckets'), scannerId: Buffer.alloc(16) }, 'both'],
      ['open and close at once', { ...openRequest('buckets'), closeScanner: true }, 'close_scanner'],
      ['a first sequence number that is not 0', { ...openRequest('buckets'), callSeqId: 1 }, 'call_seq_id 1'],
      ['a log', openRequest('outbox'), 'is a log'],
      ['a bucket out of range', openRequest('objects', { bucketId: 16 }), 'expected 0 to 15'],
      ['a negative bucket', openRequest('buckets', { bucketId: -1 }), 'expected 0 to 0'],
      ['a partition', openRequest('objects', { partitionId: 1n }), 'no partitions'],
      ['a foreign column', openRequest('buckets', { columns: ['chunks'] }), 'no column chunks'],
      ['two columns', openRequest('objects', { columns: ['chunks', 'key'] }), '2 columns'],
      ['no batch size', openRequest('buckets', {}, 0), 'batch_size_bytes 0'],
      ['a negative batch size', openRequest('buckets', {}, -4), 'batch_size_bytes -4'],
      ['a long prefix', openRequest('buckets', { prefix: Buffer.alloc(3000) }), 'prefix of 3000 bytes'],
      ['rubbish for a token', openRequest('buckets', { resumeToken: Buffer.alloc(90) }), 'resume token'],
      ['nothing for a token', openRequest('buckets', { resumeToken: Buffer.alloc(0) }), 'resume token'],
    ])('%s', async (_title, request, text) => {
      await expect(ask(request)).rejects.toMatchObject(refusal('invalid-scan-request', text));
      expect(store.scans.openScanners).toBe(0);
    });

    test('an unknown table', async () => {
      const request = openRequest('buckets');
      const open = { columns: [], mode: 'pinned' as const, bucketId: 0, tableId: 0x03 };
      await expect(ask({ ...request, open })).rejects.toMatchObject(refusal('invalid-scan-request', 'no table 3'));
    });

    test('a gap or a repetition in the sequence is refused and costs nothing', async () => {
      await putRows(store.kv, FIVE);
      const id = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      for (const seq of [0, 2, -1])
        await expect(ask(nextRequest(id, seq))).rejects.toMatchObject(
          refusal('invalid-scan-request', `call_seq_id ${seq}: expected 1`),
        );
      const { callSeqId: _, ...without } = nextRequest(id, 1);
      await expect(ask(without)).rejects.toMatchObject(refusal('invalid-scan-request', 'no call_seq_id'));
      await expect(ask(nextRequest(id, 1, 0))).rejects.toMatchObject(refusal('invalid-scan-request'));
      expect(keysOf(await ask(nextRequest(id, 1, ROW_BYTES)))).toEqual(['b']);
      await expect(ask(nextRequest(id, 1))).rejects.toMatchObject(refusal('invalid-scan-request', 'expected 2'));
    });

    test('of two calls at once one is busy, and takes no sequence number', async () => {
      await putRows(store.kv, FIVE);
      const id = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      const outcomes = await Promise.allSettled([
        ask(nextRequest(id, 1, ROW_BYTES)),
        ask(nextRequest(id, 1, ROW_BYTES)),
      ]);
      const [one, two] = outcomes;
      expect(one.status === 'fulfilled' ? keysOf(one.value) : one).toEqual(['b']);
      expect(two).toMatchObject({ status: 'rejected', reason: refusal('invalid-scan-request', 'busy') });
      expect(keysOf(await ask(nextRequest(id, 2, ROW_BYTES)))).toEqual(['c']);
    });

    test("another caller's id is unknown, and cannot be closed", async () => {
      await putRows(store.kv, FIVE);
      const id = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      await expect(ask(nextRequest(id, 1), 'somebody else')).rejects.toMatchObject(refusal('unknown-scanner-id'));
      await expect(ask(keepAliveRequest(id), 'somebody else')).rejects.toMatchObject(refusal('unknown-scanner-id'));
      await ask(closeRequest(id), 'somebody else');
      expect(keysOf(await ask(nextRequest(id, 1, ROW_BYTES)))).toEqual(['b']);
    });
  });

  describe('the end of a scanner', () => {
    test('close is for good, may be repeated, and asks for no sequence', async () => {
      await putRows(store.kv, FIVE);
      const id = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      expect(store.scans.openScanners).toBe(1);
      for (const times of [1, 2]) {
        expect(await ask(closeRequest(id))).toMatchObject({ hasMoreResults: false, records: Buffer.alloc(0) });
        expect([times, store.scans.openScanners]).toEqual([times, 0]);
      }
      await expect(ask(nextRequest(id, 1))).rejects.toMatchObject(refusal('unknown-scanner-id'));
      await ask(closeRequest(Buffer.alloc(3)));
    });

    test('an id that never was, was used up, or is of another server is unknown; closing it there is no error', async () => {
      await putRows(store.kv, FIVE);
      const other = store.another();
      const id = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      await expect(ask(nextRequest(Buffer.alloc(16), 1))).rejects.toMatchObject(refusal('unknown-scanner-id'));
      await expect(portOf(other).scanKv(nextRequest(id, 1))).rejects.toMatchObject(refusal('unknown-scanner-id'));
      await portOf(other).scanKv(closeRequest(id));
      expect(keysOf(await ask(nextRequest(id, 1)))).toEqual(['b', 'c', 'd', 'e']);
      await expect(ask(nextRequest(id, 2))).rejects.toMatchObject(refusal('unknown-scanner-id'));
    });

    test('closing during a call lets the call finish, and then holds nothing', async () => {
      await putRows(store.kv, FIVE);
      const id = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      const running = ask(nextRequest(id, 1, ROW_BYTES));
      await ask(closeRequest(id));
      expect(keysOf(await running)).toEqual(['b']);
      expect(store.scans.openScanners).toBe(0);
      await expect(ask(nextRequest(id, 2))).rejects.toMatchObject(refusal('unknown-scanner-id'));
    });

    test('idle for too long: expired, with a token to go on; later unknown', async () => {
      await putRows(store.kv, FIVE);
      const id = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      store.clock.nowMs += 59_999;
      await ask(nextRequest(id, 1, ROW_BYTES));
      store.clock.nowMs += 59_999;
      await expect(ask(nextRequest(id, 7))).rejects.toMatchObject(refusal('invalid-scan-request'));
      store.clock.nowMs += 1;
      // The refused call has not kept it alive.
      const expired: unknown = await ask(nextRequest(id, 2)).catch((error: unknown) => error);
      expect(expired).toMatchObject(refusal('scanner-expired', 'not used for 60000 ms'));
      while (store.scans.openScanners > 0) await new Promise(setImmediate);
      const resumeToken = expired instanceof ScanError ? expired.resumeToken : undefined;
      const rest = await ask(
        openRequest('buckets', { mode: 'token', ...(resumeToken === undefined ? {} : { resumeToken }) }),
      );
      expect(rest).toMatchObject({ hasMoreResults: false, snapshotChanged: true });
      expect(keysOf(rest)).toEqual(['c', 'd', 'e']);
      store.clock.nowMs += 120_000;
      await store.scans.sweep();
      await expect(ask(nextRequest(id, 2))).rejects.toMatchObject(refusal('unknown-scanner-id'));
    });

    test('the sweep lets go of what is idle, and of nothing that is kept alive; age is the end of everything', async () => {
      await putRows(store.kv, FIVE);
      const idle = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      const kept = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      store.clock.nowMs += 40_000;
      expect(await ask(keepAliveRequest(kept))).toMatchObject({ hasMoreResults: true });
      store.clock.nowMs += 40_000;
      await store.scans.sweep();
      expect([store.scans.openScanners, store.events.expired]).toEqual([1, 1]);
      await expect(ask(nextRequest(idle, 1))).rejects.toMatchObject(refusal('scanner-expired'));
      for (let passed = 80_000; passed < 600_000; passed += 40_000) {
        expect(await ask(keepAliveRequest(kept))).toMatchObject({ hasMoreResults: true });
        store.clock.nowMs += 40_000;
      }
      await store.scans.sweep();
      expect(store.scans.openScanners).toBe(0);
      await expect(ask(nextRequest(kept, 1))).rejects.toMatchObject(refusal('scanner-expired', 'held for 600000 ms'));
    });

    test('a server that stops expires its scanners and opens no more; closing is still no error', async () => {
      await putRows(store.kv, FIVE);
      const id = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      await store.scans.stop();
      expect(store.scans.openScanners).toBe(0);
      await expect(ask(nextRequest(id, 1))).rejects.toMatchObject(refusal('scanner-expired', 'stopping'));
      await expect(ask(openRequest('buckets'))).rejects.toMatchObject(refusal('not-leader'));
      await ask(closeRequest(id));
    });

    test('a caller that gives up during a call takes nothing, and may ask again', async () => {
      await putRows(store.kv, FIVE);
      const id = idOf(await ask(openRequest('buckets', {}, ROW_BYTES)));
      const port = portOf(store.scans);
      const signal = AbortSignal.abort(new Error('gave up'));
      await expect(port.scanKv(nextRequest(id, 1), { signal })).rejects.toThrow('gave up');
      expect(keysOf(await ask(nextRequest(id, 1, ROW_BYTES)))).toEqual(['b']);
      await expect(port.scanKv(openRequest('buckets', {}, ROW_BYTES), { signal })).rejects.toThrow('gave up');
      expect(store.scans.openScanners).toBe(1);
    });
  });

  describe('caps', () => {
    test('the ninth scanner of a bucket is refused by name and setting; a closed one makes room', async () => {
      await putRows(store.kv, FIVE);
      const openOne = () => ask(openRequest('buckets', {}, ROW_BYTES));
      const opened = await Promise.all(Array.from({ length: 8 }, openOne));
      await expect(openOne()).rejects.toMatchObject(
        refusal('too-many-scanners', 'bucket 0 of the table buckets: at most 8 (-scan.scannersPerBucketMax)'),
      );
      // An empty answer holds nothing, but takes its place while it is looked for.
      await ask(closeRequest(idOf(opened[0] ?? (await openOne()))));
      await openOne();
      await expect(openOne()).rejects.toMatchObject(refusal('too-many-scanners'));
    });

    test('a storm of opens never passes the caps, and leaves none behind', async () => {
      await putRows(store.kv, FIVE);
      const bounded = store.another({ scannersMax: 5, scannersPerBucketMax: 3 });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, () => portOf(bounded).scanKv(openRequest('buckets', {}, ROW_BYTES))),
      );
      const made = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(made).toHaveLength(3);
      expect(bounded.openScanners).toBe(3);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'too-many-scanners' });
      for (const answer of made) await portOf(bounded).scanKv(closeRequest(idOf(answer)));
      expect(bounded.openScanners).toBe(0);
    });
  });

  describe('tokens', () => {
    const token = (answer: { readonly resumeToken?: Uint8Array }): Uint8Array => answer.resumeToken ?? Buffer.alloc(0);

    test('token mode holds nothing, shows rows as they are, and says so', async () => {
      await putRows(store.kv, FIVE);
      const first = await ask(openRequest('buckets', { mode: 'token' }, 2 * ROW_BYTES));
      expect(keysOf(first)).toEqual(['a', 'b']);
      expect(first).toMatchObject({ hasMoreResults: true, snapshotChanged: false, logOffset: 1n });
      expect([first.scannerId, store.scans.openScanners]).toEqual([undefined, 0]);
      await putRows(store.kv, { c: 'x', bb: 'y' });
      const second = await ask(openRequest('buckets', { mode: 'token', resumeToken: token(first) }, 2 * ROW_BYTES + 1));
      expect([...readRecords(second.records)].map(({ key, value }) => `${key}=${value}`)).toEqual(['bb=y', 'c=x']);
      expect(second).toMatchObject({ hasMoreResults: true, snapshotChanged: true, logOffset: 1n });
      const third = await ask(openRequest('buckets', { mode: 'token', resumeToken: token(second) }));
      expect(keysOf(third)).toEqual(['d', 'e']);
      expect(third.hasMoreResults).toBe(false);
      // The same token is good again, and for a scanner that is pinned anew.
      const pinned = await ask(openRequest('buckets', { resumeToken: token(second) }, ROW_BYTES));
      expect(keysOf(pinned)).toEqual(['d']);
      expect(pinned.snapshotChanged).toBe(true);
      expect(keysOf(await ask(nextRequest(idOf(pinned), 1)))).toEqual(['e']);
    });

    test('the limit of a scan counts across tokens', async () => {
      await putRows(store.kv, FIVE);
      const fields = { mode: 'token' as const, limit: 3 };
      const first = await ask(openRequest('buckets', fields, 2 * ROW_BYTES));
      const second = await ask(openRequest('buckets', { ...fields, resumeToken: token(first) }, 2 * ROW_BYTES));
      expect(keysOf(second)).toEqual(['c']);
      expect(second.hasMoreResults).toBe(false);
    });

    test('a token is good for its caller, its scan and a day; at another server too', async () => {
      await putRows(store.kv, FIVE);
      const first = await ask(openRequest('buckets', { mode: 'token' }, ROW_BYTES));
      const resume = (fields: object, principal?: string) =>
        ask(openRequest('buckets', { mode: 'token', resumeToken: token(first), ...fields }), principal);
      const forged = Buffer.from(token(first));
      forged[20] = (forged[20] ?? 0) ^ 1;
      for (const wrong of [
        () => resume({}, 'somebody else'),
        () => resume({ resumeToken: forged }),
        () => resume({ prefix: Buffer.from('a') }),
        () => resume({ limit: 2 }),
        () => resume({ columns: ['key'] }),
        () => ask(openRequest('identities', { mode: 'token', resumeToken: token(first) })),
      ])
        await expect(wrong()).rejects.toMatchObject(refusal('invalid-scan-request', 'resume token'));
      expect(
        keysOf(await portOf(store.another()).scanKv(openRequest('buckets', { resumeToken: token(first) }))),
      ).toEqual(['b', 'c', 'd', 'e']);
      store.clock.nowMs += 24 * 60 * 60 * 1000;
      await expect(resume({})).rejects.toMatchObject(refusal('invalid-scan-request', 'expired'));
    });

    test('keys alone, without their values', async () => {
      await putRows(store.kv, FIVE);
      const { records } = await ask(openRequest('buckets', { columns: ['key'] }));
      expect([...readRecords(records)].map(({ key, value }) => `${key}${value.length}`)).toEqual([
        'a0',
        'b0',
        'c0',
        'd0',
        'e0',
      ]);
    });
  });
});
