import { once } from 'node:events';
import fc from 'fast-check';
import { type ChunkBuffer, ChunkBufferPool } from '../src/index.ts';

const makePool = (buffersMax: number) => new ChunkBufferPool({ bufferBytes: 16, buffersMax, stalledAfterMs: 5 });

test('a share ends at its maximum, and what it leaves belongs to the others', () => {
  const pool = makePool(5);
  const [uploads, downloads] = [pool.share(3), pool.share(3)];
  const taken = [1, 2, 3].map(() => uploads.tryTake());
  expect(taken).not.toContain(undefined);
  expect(uploads.tryTake()).toBeUndefined();
  expect(downloads.available).toBe(2);
  expect([downloads.tryTake(), downloads.tryTake(), downloads.tryTake()].filter(Boolean)).toHaveLength(2);
  taken[0]?.give();
  expect(downloads.available).toBe(1);
});

test('the line is served in order; only who may have no more is passed over', async () => {
  const pool = makePool(2);
  const [one, both] = [pool.share(1), pool.share(2)];
  const [first, second] = [await one.take(), await both.take()];
  const served: string[] = [];
  const wait = async (name: string, share: typeof one) => {
    const buffer = await share.take();
    served.push(name);
    return buffer;
  };
  const waiting = [wait('a', one), wait('b', both), wait('c', one)];
  second.give();
  await waiting[1];
  expect(served).toEqual(['b']);
  first.give();
  const a = await waiting[0];
  expect(served).toEqual(['b', 'a']);
  a?.give();
  await waiting[2];
  expect(served).toEqual(['b', 'a', 'c']);
});

test('an aborted wait for a buffer leaves the line', async () => {
  const pool = makePool(1);
  const share = pool.share(1);
  const held = await share.take();
  const controller = new AbortController();
  const waiting = share.take(controller.signal);
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  held.give();
  expect(pool.inUse).toBe(0);
});

test('a buffer on offer is asked back for who waits long, one that is not on offer never', async () => {
  const pool = makePool(2);
  const share = pool.share(2);
  const [working, idle] = [await share.take(), await share.take()];
  working.offer(() => expect(working).toBe('not asked back'));
  working.withdraw();
  idle.offer(() => idle.give());
  const third = await share.take();
  expect(pool.inUse).toBe(2);
  for (const buffer of [working, idle, third]) buffer.give();
  expect(pool.inUse).toBe(0);
});

test('nobody is asked while nobody waits', async () => {
  const share = makePool(1).share(1);
  const controller = new AbortController();
  const buffer = await share.take();
  const waiting = share.take(controller.signal);
  controller.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  buffer.offer(() => expect(buffer).toBe('not asked back'));
  await once(AbortSignal.timeout(30), 'abort');
  buffer.give();
});

test('some buffers of a share cannot be pinned', async () => {
  const share = makePool(3).share(3, 1);
  const buffers = [await share.take(), await share.take(), await share.take()];
  expect(buffers.map((buffer) => buffer.tryPin())).toEqual([true, true, false]);
  buffers[0]?.give();
  expect(buffers[2]?.tryPin()).toBe(true);
});

test('whatever is taken and given, the maxima hold and every buffer comes back', async () => {
  const step = fc.record({ share: fc.nat(1), gives: fc.boolean(), twice: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const pool = makePool(4);
      const shares = [pool.share(3), pool.share(2, 1)];
      const held: ChunkBuffer[][] = [[], []];
      for (const { share, gives, twice } of steps) {
        const mine = held[share] ?? [];
        if (gives) {
          const buffer = mine.shift();
          buffer?.give();
          if (twice) buffer?.give();
        } else {
          const buffer = shares[share]?.tryTake();
          if (buffer !== undefined) mine.push(buffer);
        }
        expect(held[0]?.length).toBeLessThanOrEqual(3);
        expect(held[1]?.length).toBeLessThanOrEqual(2);
        expect(pool.inUse).toBe(held.flat().length);
        expect(new Set(held.flat().map(({ bytes }) => bytes)).size).toBe(pool.inUse);
      }
      for (const buffer of held.flat()) buffer.give();
      expect(pool.inUse).toBe(0);
    }),
  );
});
