/** What every driver of the port must do. A driver's test file calls this with a way to open an empty store. */
import fc from 'fast-check';
import {
  acquireLease,
  endOfPrefix,
  keyAfter,
  type OrderedKv,
  type PinnedView,
  releaseLease,
  type WalkStep,
} from '../src/index.ts';

export interface OpenedKv {
  readonly kv: OrderedKv;
  /** Opens the same store a second time, after closing the first. */
  reopen(): Promise<OrderedKv>;
  /** Closes and removes it. */
  destroy(): Promise<void>;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const everything = { start: bytes('\x00'), end: endOfPrefix(bytes('')), limit: 100_000 };

async function putAll(kv: OrderedKv, rows: Readonly<Record<string, string>>): Promise<void> {
  await kv.transact(function* (tx) {
    for (const [key, value] of Object.entries(rows)) tx.put(bytes(key), bytes(value));
    yield* tx.get(bytes('x'));
  });
}

async function visitAll(view: PinnedView, range: Partial<typeof everything> = {}): Promise<[string, string][]> {
  const seen: [string, string][] = [];
  await view.visit({ ...everything, ...range }, (key, value) => {
    seen.push([key.toString('latin1'), value.toString('latin1')]);
    return true;
  });
  return seen;
}

async function readAll(kv: OrderedKv): Promise<[string, string][]> {
  return kv.read(function* (tx) {
    const page = yield* tx.scanDecoded(everything, (key, value): [string, string] => [
      key.toString('latin1'),
      value.toString('latin1'),
    ]);
    return page.rows;
  });
}

export function describeOrderedKvContract(openEmpty: () => Promise<OpenedKv>): void {
  let opened: OpenedKv;
  let kv: OrderedKv;

  beforeEach(async () => {
    opened = await openEmpty();
    kv = opened.kv;
  });
  afterEach(() => opened.destroy());

  test('a value is read back, replaced and deleted; an empty value is a value', async () => {
    const key = bytes('\x00\xff key');
    expect(await kv.get(key)).toBeUndefined();
    await putAll(kv, { '\x00\xff key': 'one', empty: '' });
    expect(await kv.get(key)).toEqual(bytes('one'));
    expect(await kv.get(bytes('empty'))).toEqual(bytes(''));
    await putAll(kv, { '\x00\xff key': 'two' });
    expect(await kv.get(key)).toEqual(bytes('two'));
    await kv.transact(function* (tx) {
      tx.delete(key);
      tx.delete(bytes('never there'));
      expect(yield* tx.get(key)).toBeUndefined();
    });
    expect(await kv.get(key)).toBeUndefined();
  });

  test('a decoded row is that of the newest write, whoever made it and wherever it is on its way', async () => {
    const key = bytes('decoded');
    const decode = (row: Buffer) => ({ text: row.toString() });
    const write = (text: string | undefined) =>
      kv.transact(function* (tx) {
        const before = yield* tx.getDecoded(key, decode);
        if (text === undefined) tx.delete(key);
        else tx.put(key, bytes(text));
        return [before?.text, (yield* tx.getDecoded(key, decode))?.text];
      });
    expect(await write('one')).toEqual([undefined, 'one']);
    for (let times = 0; times < 3; times += 1) expect(await write('one')).toEqual(['one', 'one']);
    // Without waiting for each other, so that they find the write before them on its way; in one order or another, each once.
    const written = await Promise.all(['two', 'three', undefined, 'four'].map(write));
    let last: string | undefined = 'one';
    while (written.length > 0) {
      const next = written.findIndex(([before]) => before === last);
      expect(next).toBeGreaterThanOrEqual(0);
      last = written.splice(next, 1)[0]?.[1];
    }
    await expect(
      kv.transact(function* (tx) {
        tx.put(key, bytes('never'));
        yield* tx.getDecoded(key, decode);
        throw new Error('given up');
      }),
    ).rejects.toThrow('given up');
    expect(await write(undefined)).toEqual([last, undefined]);
    expect(await write('five')).toEqual([undefined, 'five']);
  });

  test('values of 1 MiB and keys of the greatest length', async () => {
    const key = Buffer.alloc(1978, 0xfe);
    const value = Buffer.alloc(1 << 20, 'ab');
    await kv.transact(function* (tx) {
      tx.put(key, value);
      yield* tx.get(key);
    });
    expect(value.equals((await kv.get(key)) ?? bytes(''))).toBe(true);
    await expect(kv.get(Buffer.alloc(1979))).rejects.toMatchObject({ code: 'invalid-key' });
    await expect(kv.get(Buffer.alloc(0))).rejects.toMatchObject({ code: 'invalid-key' });
  });

  test('keys are ordered by their bytes', async () => {
    const keys = ['a', 'a\x00', 'a\x00\x00', 'aa', 'b', '\x01', '\x7f', '\x80', '\xff', '\xff\xff', '\x01\xff'];
    await putAll(kv, Object.fromEntries(keys.map((key) => [key, 'v'])));
    const sorted = [...keys].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
    expect((await readAll(kv)).map(([key]) => key)).toEqual(sorted);
  });

  test('a transaction sees its own writes, in gets and in scans both ways', async () => {
    await putAll(kv, { a: '1', b: '2', c: '3', d: '4' });
    await kv.transact(function* (tx) {
      tx.put(bytes('bb'), bytes('new'));
      tx.put(bytes('c'), bytes('changed'));
      tx.delete(bytes('d'));
      tx.delete(bytes('a'));
      tx.put(bytes('0'), bytes('first'));
      expect((yield* tx.getMany(['d', 'c', 'b', 'zz'].map(bytes))).map((v) => v?.toString())).toEqual([
        undefined,
        'changed',
        '2',
        undefined,
      ]);
      const forward = yield* tx.scan({ start: bytes('0'), end: bytes('z'), limit: 10 });
      const shown = forward.rows.map(([key, value]) => `${key}=${value}`);
      expect(shown).toEqual(['0=first', 'b=2', 'bb=new', 'c=changed']);
      const backward = yield* tx.scan({ start: bytes('0'), end: bytes('z'), limit: 10, reverse: true });
      expect(backward.rows.map(([key, value]) => `${key}=${value}`)).toEqual(shown.reverse());
      const first = yield* tx.scan({ start: bytes('0'), end: bytes('z'), limit: 2, reverse: true });
      expect(first.rows.map(([key]) => `${key}`)).toEqual(['c', 'bb']);
      expect(first.hasMore).toBe(true);
    });
  });

  test('a scan stops at its limits in rows and in bytes, and tells whether there is more', async () => {
    await putAll(kv, { k1: 'x'.repeat(100), k2: 'x'.repeat(100), k3: 'x'.repeat(100) });
    const range = { start: bytes('k'), end: bytes('l') };
    const counts = await kv.read(function* (tx) {
      const found: [number, boolean][] = [];
      for (const limits of [
        { limit: 2 },
        { limit: 3 },
        { limit: 10, bytesMax: 1 },
        { limit: 10, bytesMax: 204 },
        { limit: 10, bytesMax: 306 },
      ]) {
        const page = yield* tx.scan({ ...range, ...limits });
        found.push([page.rows.length, page.hasMore]);
      }
      const empty = yield* tx.scan({ start: bytes('l'), end: bytes('k'), limit: 1 });
      found.push([empty.rows.length, empty.hasMore]);
      return found;
    });
    expect(counts).toEqual([
      [2, true],
      [3, false],
      [1, true],
      [2, true],
      [3, false],
      [0, false],
    ]);
  });

  test('the start of a range is in it, the end is not, in both directions', async () => {
    await putAll(kv, { a: '1', b: '2', c: '3' });
    const keys = await kv.read(function* (tx) {
      const range = { start: bytes('a'), end: bytes('c'), limit: 9 };
      const forward = yield* tx.scanDecoded(range, (key) => key.toString());
      const backward = yield* tx.scanDecoded({ ...range, reverse: true }, (key) => key.toString());
      const after = yield* tx.scanDecoded({ ...range, start: keyAfter(bytes('a')) }, (key) => key.toString());
      return [forward.rows, backward.rows, after.rows];
    });
    expect(keys).toEqual([['a', 'b'], ['b', 'a'], ['b']]);
  });

  test('a walk shows rows in order until it has enough, and passes over what it is told to', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `k${String(i).padStart(3, '0')}`);
    await putAll(kv, Object.fromEntries([...names, 'l'].map((name) => [name, `of ${name}`])));
    const walk = (stepOf: (key: string) => WalkStep, rowsFirst: number, bounds = { start: 'k', end: 'l' }) =>
      kv.read(function* (tx) {
        const seen: string[] = [];
        const range = { start: bytes(bounds.start), end: bytes(bounds.end), rowsFirst };
        yield* tx.walk(range, (key, value) => {
          expect(value.toString()).toBe(`of ${key.toString()}`);
          seen.push(key.toString());
          return stepOf(key.toString());
        });
        return seen;
      });
    const nextTen = (key: string) => bytes(`k${String(Math.floor(Number(key.slice(1)) / 10) + 1).padStart(2, '0')}`);
    for (const rowsFirst of [1, 7, 100, 101, 500]) {
      expect(await walk(() => true, rowsFirst)).toEqual(names);
      expect(await walk((key) => key !== 'k020', rowsFirst)).toEqual(names.slice(0, 21));
      expect(await walk(nextTen, rowsFirst)).toEqual(names.filter((name) => name.endsWith('0')));
      // To the next row by its name, to one that is not there, and out of the range.
      expect(await walk((key) => keyAfter(bytes(key)), rowsFirst)).toEqual(names);
      expect(await walk((key) => key >= 'k050' || bytes('k0495'), rowsFirst)).toEqual(['k000', ...names.slice(50)]);
      expect(await walk(() => bytes('m'), rowsFirst)).toEqual(['k000']);
      expect(await walk(() => true, rowsFirst, { start: 'k0985', end: 'k099' })).toEqual([]);
      expect(await walk(() => true, rowsFirst, { start: 'l', end: 'k' })).toEqual([]);
    }
    const failing = walk(() => {
      throw new RangeError('of the walker');
    }, 10);
    await expect(failing).rejects.toThrow('of the walker');
    expect(await walk((key) => key < 'k001', 10)).toEqual(['k000', 'k001']);
  });

  test('a program that throws leaves nothing behind and disturbs no other', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        kv.transact(function* (tx) {
          tx.put(bytes(`row ${String(i).padStart(2, '0')}`), bytes('v'));
          yield* tx.get(bytes('y'));
          // A code that looks like the system's or the database's is still the program's own.
          if (i % 3 === 0) throw Object.assign(new RangeError(`refused ${i}`), { code: i % 2 === 0 ? 'EIO' : '40001' });
          return i;
        }),
      ),
    );
    expect(outcomes.map((o) => (o.status === 'fulfilled' ? o.value : o.reason.message))).toEqual(
      Array.from({ length: 20 }, (_, i) => (i % 3 === 0 ? `refused ${i}` : i)),
    );
    expect((await readAll(kv)).length).toBe(13);
  });

  test('concurrent increments of one row are all counted', async () => {
    const key = bytes('counter');
    const increment = () =>
      kv.transact(function* (tx) {
        const next = Number((yield* tx.get(key)) ?? 0) + 1;
        tx.put(key, bytes(String(next)));
        return next;
      });
    const results = await Promise.all(Array.from({ length: 12 }, increment));
    expect([...results].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(await kv.get(key)).toEqual(bytes('12'));
  });

  test('of writers that all require absence exactly one wins', async () => {
    const key = bytes('once');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) =>
        kv.transact(function* (tx) {
          if ((yield* tx.get(key)) !== undefined) throw new Error('taken');
          tx.put(key, bytes(String(i)));
        }),
      ),
    );
    expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(1);
  });

  test('a read is one moment: it never sees half of a transaction', async () => {
    const [left, right] = [bytes('left'), bytes('right')];
    let isDone = false;
    const write = async () => {
      for (let i = 0; i < 30; i += 1)
        await kv.transact(function* (tx) {
          const before = Number((yield* tx.get(left)) ?? 0);
          tx.put(left, bytes(String(before + 1)));
          tx.put(right, bytes(String(before + 1)));
        });
      isDone = true;
    };
    const read = async () => {
      while (!isDone) {
        const [a, b] = await kv.read(function* (tx) {
          return [yield* tx.get(left), yield* tx.get(right)];
        });
        expect(a?.toString()).toBe(b?.toString());
        await new Promise(setImmediate);
      }
    };
    await Promise.all([write(), read()]);
  });

  test('an acknowledged write is seen by the read that follows at once', async () => {
    for (let i = 0; i < 50; i += 1) {
      await putAll(kv, { key: String(i) });
      expect((await kv.get(bytes('key')))?.toString()).toBe(String(i));
    }
  });

  test('sequence numbers rise in commit order and survive reopening', async () => {
    const append = (tag: string) =>
      kv.transact(function* (tx) {
        const seq = yield* tx.nextSequence('log');
        tx.put(bytes(`log ${String(seq).padStart(8, '0')}`), bytes(tag));
        return seq;
      });
    const writers = Promise.all(Array.from({ length: 25 }, (_, i) => append(`w${i}`)));
    // Whoever reads up to the highest number must find no lower one later.
    let seen: number[] = [];
    for (let polls = 0; polls < 20; polls += 1) {
      const rows = (await readAll(kv)).map(([key]) => Number(key.slice(4)));
      expect(rows.filter((seq) => seq <= (seen.at(-1) ?? 0))).toEqual(seen);
      seen = rows;
      await new Promise(setImmediate);
    }
    const numbers = await writers;
    expect(new Set(numbers).size).toBe(25);
    expect(
      await kv.transact(function* (tx) {
        return yield* tx.nextSequence('other');
      }),
    ).toBe(1);
    kv = await opened.reopen();
    expect(await append('later')).toBeGreaterThan(Math.max(...numbers));
  });

  test('a lease has one holder, and each new holder a higher token', async () => {
    const key = bytes('lease');
    const take = (holder: string, nowMs: number) =>
      kv.transact((tx) => acquireLease(tx, { key, holder, ttlMs: 100, nowMs }));
    const first = await take('a', 1000);
    expect(first).toEqual({ holder: 'a', token: 1n, expiresAtMs: 1100 });
    expect(await take('b', 1099)).toBeUndefined();
    expect(await take('a', 1050)).toEqual({ holder: 'a', token: 1n, expiresAtMs: 1150 });
    expect(await take('b', 1150)).toMatchObject({ holder: 'b', token: 2n });
    expect(await kv.transact((tx) => releaseLease(tx, { key, holder: 'a', token: 1n }))).toBe(false);
    expect(await kv.transact((tx) => releaseLease(tx, { key, holder: 'b', token: 2n }))).toBe(true);
    expect(await take('a', 1151)).toMatchObject({ holder: 'a', token: 3n });
  });

  test('what was acknowledged is there after reopening; a closed store refuses', async () => {
    await putAll(kv, { kept: 'yes' });
    const former = kv;
    expect(kv.whyNotWritable()).toBeUndefined();
    kv = await opened.reopen();
    expect(former.whyNotWritable()).toContain('closed');
    expect(await kv.get(bytes('kept'))).toEqual(bytes('yes'));
    await expect(former.get(bytes('kept'))).rejects.toMatchObject({ code: 'closed' });
    await expect(putAll(former, { a: 'b' })).rejects.toMatchObject({ code: 'closed' });
  });

  test('a pinned view stays at its moment, whatever is written, for as long as it is held', async () => {
    await putAll(kv, { a: '1', b: '2', c: '\xff\x00\x80' });
    const before = await kv.pin();
    await putAll(kv, { a: 'changed', d: 'new' });
    await kv.transact(function* (tx) {
      tx.delete(bytes('b'));
      yield* tx.get(bytes('b'));
    });
    const after = await kv.pin();
    for (let turns = 0; turns < 3; turns += 1) {
      expect(await visitAll(before)).toEqual([
        ['a', '1'],
        ['b', '2'],
        ['c', '\xff\x00\x80'],
      ]);
      expect((await before.get(bytes('b')))?.toString()).toBe('2');
      expect(await before.get(bytes('d'))).toBeUndefined();
      await putAll(kv, { a: `turn ${turns}` });
      await new Promise(setImmediate);
    }
    expect(await visitAll(after)).toEqual([
      ['a', 'changed'],
      ['c', '\xff\x00\x80'],
      ['d', 'new'],
    ]);
    await before.release();
    await before.release();
    await expect(before.get(bytes('a'))).rejects.toMatchObject({ code: 'closed' });
    await expect(visitAll(before)).rejects.toMatchObject({ code: 'closed' });
    expect((await after.get(bytes('a')))?.toString()).toBe('changed');
    await after.release();
    expect((await kv.get(bytes('a')))?.toString()).toBe('turn 2');
  });

  test('a visit goes up to its limit or to the row that is refused, both ways, and tells whether there is more', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `k${String(i).padStart(3, '0')}`);
    await putAll(kv, Object.fromEntries(names.map((name, i) => [name, 'x'.repeat(i === 100 ? 2_000_000 : 10)])));
    const view = await kv.pin();
    const range = { start: bytes('k'), end: bytes('l'), limit: 1000 };
    const visit = async (limits: Partial<typeof range> & { reverse?: boolean }, until = 'never') => {
      const seen: string[] = [];
      const hasMore = await view.visit({ ...range, ...limits }, (key) => {
        if (key.toString() === until) return false;
        seen.push(key.toString());
        return true;
      });
      return { seen, hasMore };
    };
    expect(await visit({})).toEqual({ seen: names, hasMore: false });
    expect(await visit({ reverse: true })).toEqual({ seen: names.toReversed(), hasMore: false });
    expect(await visit({ limit: 200 })).toEqual({ seen: names, hasMore: false });
    expect(await visit({ limit: 199 })).toEqual({ seen: names.slice(0, 199), hasMore: true });
    expect(await visit({ limit: 1, reverse: true })).toEqual({ seen: ['k199'], hasMore: true });
    expect(await visit({}, 'k150')).toEqual({ seen: names.slice(0, 150), hasMore: true });
    expect(await visit({}, 'k199')).toEqual({ seen: names.slice(0, 199), hasMore: true });
    expect(await visit({}, 'k000')).toEqual({ seen: [], hasMore: true });
    expect(await visit({ start: keyAfter(bytes('k150')) })).toEqual({ seen: names.slice(151), hasMore: false });
    expect(await visit({ start: bytes('l') })).toEqual({ seen: [], hasMore: false });
    await expect(
      view.visit(range, () => {
        throw new RangeError('of the visitor');
      }),
    ).rejects.toThrow('of the visitor');
    expect(await visit({ limit: 2 })).toEqual({ seen: names.slice(0, 2), hasMore: true });
    await view.release();
  });

  test('a pinned view tells the last key of a range, and is asked for it, and for rows, beside a visit', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `k${String(i).padStart(3, '0')}`);
    await putAll(kv, Object.fromEntries(names.map((name) => [name, 'x'.repeat(5000)])));
    const view = await kv.pin();
    const seen: string[] = [];
    const [row, last, lastOfSome, lastOfNone] = await Promise.all([
      view.get(bytes('k007')),
      view.lastKey(bytes('k'), bytes('l')),
      view.lastKey(bytes('k'), bytes('k100')),
      view.lastKey(bytes('k300'), bytes('l')),
      view.visit({ start: bytes('k'), end: bytes('l'), limit: 1000 }, (key) => {
        seen.push(key.toString());
        return true;
      }),
    ]);
    expect(row).toHaveLength(5000);
    expect([last?.toString(), lastOfSome?.toString(), lastOfNone]).toEqual(['k299', 'k099', undefined]);
    expect(seen).toEqual(names);
    await view.release();
    await expect(view.lastKey(bytes('k'), bytes('l'))).rejects.toMatchObject({ code: 'closed' });
  });

  test('closing the store releases what is pinned', async () => {
    await putAll(kv, { a: '1' });
    const views = await Promise.all([kv.pin(), kv.pin(), kv.pin()]);
    kv = await opened.reopen();
    for (const view of views) await expect(view.get(bytes('a'))).rejects.toMatchObject({ code: 'closed' });
    expect(await visitAll(await kv.pin())).toEqual([['a', '1']]);
  });

  test('an aborted signal keeps a transaction from starting', async () => {
    const refused = kv.transact(function* (tx) {
      tx.put(bytes('never'), bytes('x'));
      return yield* tx.get(bytes('never'));
    }, AbortSignal.abort());
    await expect(refused).rejects.toMatchObject({ name: 'AbortError' });
    expect(await kv.get(bytes('never'))).toBeUndefined();
  });

  test('random transactions, several at a time, leave what a sorted map would hold', async () => {
    const key = fc.constantFrom('a', 'b', 'ba', 'bb', 'c', 'c\x00', '\xff');
    const write = fc.record({ key, value: fc.option(fc.string({ maxLength: 3 }), { nil: null }) });
    const step = fc.record({ writes: fc.array(write, { maxLength: 4 }), fails: fc.boolean(), from: key, to: key });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 5 }), async (rounds) => {
        const model = new Map<string, string>();
        await kv.transact(function* (tx) {
          for (const [name] of (yield* tx.scan(everything)).rows) tx.delete(name);
        });
        for (const round of rounds) {
          // Steps of a round touch the same keys in turn: their order is the order of the calls only where one writer is.
          const run = (current: (typeof round)[number]) =>
            kv.transact(function* (tx) {
              for (const { key: name, value } of current.writes)
                if (value === null) tx.delete(bytes(name));
                else tx.put(bytes(name), bytes(value));
              const range = { start: bytes(current.from), end: bytes(current.to), limit: 100 };
              const shown = (yield* tx.scan(range)).rows.map(([k, v]) => [k.toString('latin1'), v.toString('latin1')]);
              // Passing over what begins with `b`, which the program's own writes and those on their way are among.
              const walked: string[] = [];
              yield* tx.walk({ ...range, rowsFirst: 1 }, (k) => {
                walked.push(k.toString('latin1'));
                return k[0] !== 0x62 || bytes('c');
              });
              const isFirstWithB = (name: string, i: number) => name[0] !== 'b' || shown[i - 1]?.[0]?.[0] !== 'b';
              expect(walked).toEqual(shown.map(([k = '']) => k).filter(isFirstWithB));
              if (current.fails) throw new Error('meant to fail');
              return shown;
            });
          const outcomes =
            kv.writers === 'single'
              ? await Promise.allSettled(round.map(run))
              : await inTurn(round.map((current) => () => run(current)));
          for (const [i, current] of round.entries()) {
            const outcome = outcomes[i];
            expect(outcome?.status).toBe(current.fails ? 'rejected' : 'fulfilled');
            if (outcome?.status !== 'fulfilled') continue;
            for (const { key: name, value } of current.writes)
              if (value === null) model.delete(name);
              else model.set(name, bytes(value).toString('latin1'));
            const expected = [...model].filter(([k]) => k >= current.from && k < current.to).sort(byKey);
            expect(outcome.value).toEqual(expected);
          }
        }
        expect(await readAll(kv)).toEqual([...model].sort(byKey));
      }),
      { numRuns: kv.writers === 'single' ? 60 : 10 },
    );
  });
}

function byKey([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1;
}

async function inTurn<T>(tasks: readonly (() => Promise<T>)[]): Promise<PromiseSettledResult<T>[]> {
  const results: PromiseSettledResult<T>[] = [];
  for (const task of tasks) results.push(...(await Promise.allSettled([task()])));
  return results;
}
