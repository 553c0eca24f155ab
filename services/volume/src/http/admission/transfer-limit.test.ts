import { TransferLimit } from './transfer-limit.ts';

const never = new AbortController().signal;

test('a transfer larger than the limit passes when it is alone; the next waits until it has ended', async () => {
  const limit = new TransferLimit(10, 60_000);
  expect(await limit.admit(15, never)).toBe('admitted');
  expect(limit.isOver).toBe(true);
  const second = limit.admit(5, never);
  limit.release(15);
  expect(await second).toBe('admitted');
  expect(limit.underWayBytes).toBe(5);
});

test('a sum that is exactly the limit lets a further one in', async () => {
  const limit = new TransferLimit(10, 60_000);
  await limit.admit(10, never);
  expect(await limit.admit(1, never)).toBe('admitted');
  expect(limit.isOver).toBe(true);
});

test('those who wait come in their order, as many as there is room for', async () => {
  const limit = new TransferLimit(10, 60_000);
  await limit.admit(11, never);
  const order: number[] = [];
  const waiting = [8, 8, 8].map((bytes, at) => limit.admit(bytes, never).then(() => order.push(at)));
  limit.release(11);
  await Promise.all(waiting.slice(0, 2));
  expect(order).toEqual([0, 1]);
  expect(limit.underWayBytes).toBe(16);
  limit.release(16);
  await waiting[2];
  expect(order).toEqual([0, 1, 2]);
});

test('waiting ends with the time or with the client, and counts for nothing then', async () => {
  const limit = new TransferLimit(1, 5);
  await limit.admit(2, never);
  expect(await limit.admit(3, never)).toBe('timeout');
  const client = new AbortController();
  const waiting = limit.admit(3, client.signal);
  client.abort();
  expect(await waiting).toBe('gone');
  expect(await limit.admit(3, client.signal)).toBe('gone');
  limit.release(2);
  expect(limit.underWayBytes).toBe(0);
});
