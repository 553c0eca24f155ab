import { endOnAbort } from './end-on-abort.ts';
import { PushQueue } from './push-queue.ts';

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
};

test('a full queue makes its producer wait and refuses who will not', async () => {
  const queue = new PushQueue<number>(2);
  expect([await queue.push(1), await queue.push(2), queue.tryPush(3)]).toEqual([true, true, false]);
  const waiting = queue.push(3);
  const items = collect(queue);
  expect(await waiting).toBe(true);
  queue.end();
  expect(await items).toEqual([1, 2, 3]);
  expect(await queue.push(4)).toBe(false);
});

test('a failure comes after what was queued', async () => {
  const queue = new PushQueue<number>();
  queue.tryPush(1);
  queue.end(new Error('broken'));
  const iterator = queue[Symbol.asyncIterator]();
  expect((await iterator.next()).value).toBe(1);
  await expect(iterator.next()).rejects.toThrow('broken');
});

test('a consumer that leaves ends the queue', async () => {
  const queue = new PushQueue<number>(1);
  queue.tryPush(1);
  const waiting = queue.push(2);
  for await (const _ of queue) break;
  await waiting;
  expect(queue.isEnded).toBe(true);
});

test('endOnAbort passes items on, ends on abort and keeps errors', async () => {
  const controller = new AbortController();
  const source = new PushQueue<number>();
  source.tryPush(1);
  const items = endOnAbort(source, controller.signal);
  expect((await items.next()).value).toBe(1);
  const next = items.next();
  controller.abort();
  expect((await next).done).toBe(true);
  expect(await collect(endOnAbort(source, controller.signal))).toEqual([]);
  const failing = new PushQueue<number>();
  failing.end(new Error('broken'));
  await expect(collect(endOnAbort(failing, new AbortController().signal))).rejects.toThrow('broken');
});
