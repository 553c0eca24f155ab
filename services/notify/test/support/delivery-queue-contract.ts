/** What every driver of the delivery queue must do. */
import { LANES } from '../../src/core/limits.ts';
import type { DeliveryQueue } from '../../src/core/ports.ts';
import { laneOf, orderingPath, type QueueEntry } from '../../src/core/queue-entry.ts';
import { eventually } from './eventually.ts';
import { makeEntry } from './make-entry.ts';

export interface QueueDriver {
  readonly isDurable: boolean;
  /** Opens the same queue again and again; `place` tells queues apart. */
  open(place: string, entriesMax: number): Promise<DeliveryQueue>;
}

/** Consumes all lanes until `stop`, which waits for the handlers. */
function consumeAll(queue: DeliveryQueue, handle: (entry: QueueEntry) => Promise<void>) {
  const stopping = new AbortController();
  const running = Promise.all(Array.from({ length: LANES }, (_, lane) => queue.consume(lane, handle, stopping.signal)));
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

export function testDeliveryQueue(driver: () => QueueDriver): void {
  let made = 0;
  async function openNew(entriesMax = 1_000) {
    made += 1;
    const place = `place-${made}`;
    return { place, queue: await driver().open(place, entriesMax) };
  }

  test('entries come back whole, in order within each key', async () => {
    const { queue } = await openNew();
    const entries = Array.from({ length: 40 }, (_, seq) => makeEntry(seq, `key ${seq % 7}/é+`));
    expect(await queue.append(entries)).toBe(40);
    expect(queue.depth()).toBe(40);
    const seen: QueueEntry[] = [];
    const consuming = consumeAll(queue, async (entry) => {
      seen.push(entry);
    });
    await eventually(() => seen.length === 40 && queue.depth() === 0, 'all entries handled');
    await consuming.stop();
    const byPath = Map.groupBy(seen, orderingPath);
    for (const [path, ofPath] of byPath) {
      expect(ofPath.map(({ seq }) => seq)).toEqual(
        entries.filter((entry) => orderingPath(entry) === path).map(({ seq }) => seq),
      );
    }
    const plain = (entry: QueueEntry | undefined) => ({ ...entry, body: Buffer.from(entry?.body ?? []).toString() });
    expect(plain(seen.find(({ seq }) => seq === 3n))).toEqual(plain(entries[3]));
    await queue.close();
  });

  test('an id that waits already is stored once', async () => {
    const { queue } = await openNew();
    await queue.append([makeEntry(1), makeEntry(2)]);
    expect(await queue.append([makeEntry(1), makeEntry(2), makeEntry(3)])).toBe(3);
    expect(queue.depth()).toBe(3);
    await queue.close();
  });

  test('a full queue takes the first ones, and more when there is room', async () => {
    const { queue } = await openNew(3);
    const entries = [1, 2, 3, 4, 5].map((seq) => makeEntry(seq));
    expect(await queue.append(entries)).toBe(3);
    expect(await queue.append(entries.slice(3))).toBe(0);
    const seen: bigint[] = [];
    const consuming = consumeAll(queue, async ({ seq }) => {
      seen.push(seq);
    });
    await eventually(() => queue.depth() === 0, 'room again');
    expect(await queue.append(entries.slice(3))).toBe(2);
    await eventually(() => seen.length === 5, 'all handled');
    await consuming.stop();
    await queue.close();
  });

  test('one entry of a lane is under way at a time, and lanes do not wait for each other', async () => {
    const { queue } = await openNew();
    const slow = makeEntry(1, 'slow');
    const other = Array.from({ length: 50 }, (_, index) => makeEntry(2 + index, `key-${index}`)).find(
      (entry) => laneOf(entry) !== laneOf(slow),
    );
    if (other === undefined) throw new Error('all keys share a lane');
    const behind = makeEntry(100, 'slow');
    await queue.append([slow, other, behind]);
    const gate = Promise.withResolvers<void>();
    const started: bigint[] = [];
    const consuming = consumeAll(queue, async ({ seq }) => {
      started.push(seq);
      if (seq === 1n) await gate.promise;
    });
    await eventually(() => started.includes(other.seq) && started.includes(1n), 'both lanes started');
    expect(started).not.toContain(100n);
    gate.resolve();
    await eventually(() => started.includes(100n), 'the next of the slow lane');
    await consuming.stop();
    await queue.close();
  });

  test('a rejected entry stays at the head of its lane', async () => {
    const { queue } = await openNew();
    await queue.append([makeEntry(1, 'k'), makeEntry(2, 'k')]);
    const seen: bigint[] = [];
    const consuming = consumeAll(queue, async ({ seq }) => {
      seen.push(seq);
      if (seen.length === 1) throw new Error('not this time');
    });
    await eventually(() => queue.depth() === 0, 'both handled');
    expect(seen).toEqual([1n, 1n, 2n]);
    await consuming.stop();
    await queue.close();
  });

  test('an entry whose handler was interrupted by the stop comes again, first', async () => {
    const { queue } = await openNew();
    await queue.append([makeEntry(1, 'k'), makeEntry(2, 'k')]);
    const interrupted = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const first = consumeAll(queue, async () => {
      started.resolve();
      await interrupted.promise;
      throw new Error('interrupted');
    });
    await started.promise;
    const stopping = first.stop();
    interrupted.resolve();
    await stopping;
    const seen: bigint[] = [];
    const second = consumeAll(queue, async ({ seq }) => {
      seen.push(seq);
    });
    await eventually(() => seen.length === 2, 'both handled');
    expect(seen).toEqual([1n, 2n]);
    await second.stop();
    await queue.close();
  });

  test('what is stored outlives the process when the driver says so, in order', async () => {
    const { place, queue } = await openNew();
    expect(queue.isDurable).toBe(driver().isDurable);
    await queue.append([1, 2, 3].map((seq) => makeEntry(seq, 'k')));
    if (!queue.isDurable) {
      expect(queue.lowestPendingSeq()).toBe(1n);
      await queue.close();
      return;
    }
    expect(queue.lowestPendingSeq()).toBeUndefined();
    await queue.close();
    const again = await driver().open(place, 1_000);
    expect(again.depth()).toBe(3);
    await again.append([makeEntry(3, 'k'), makeEntry(4, 'k')]);
    const seen: bigint[] = [];
    const consuming = consumeAll(again, async ({ seq }) => {
      seen.push(seq);
    });
    await eventually(() => seen.length === 4, 'all handled');
    expect(seen).toEqual([1n, 2n, 3n, 4n]);
    await consuming.stop();
    await again.close();
  });
}
