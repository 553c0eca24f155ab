import { SendPermits } from './send-permits.ts';

function hold() {
  const gate = Promise.withResolvers<void>();
  return { work: () => gate.promise, free: gate.resolve };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test('no more sends than allowed; the next starts when one ends, in order', async () => {
  const permits = new SendPermits({ sendsMax: 2, targetsMax: 10 });
  const started: number[] = [];
  const holds = [hold(), hold(), hold(), hold()];
  const runs = holds.map(({ work }, index) =>
    permits.run('t', () => {
      started.push(index);
      return work();
    }),
  );
  await settle();
  expect(started).toEqual([0, 1]);
  expect(permits.inFlight).toBe(2);
  holds[1]?.free();
  await settle();
  expect(started).toEqual([0, 1, 2]);
  for (const { free } of holds) free();
  await Promise.all(runs);
  expect(started).toEqual([0, 1, 2, 3]);
  expect(permits.inFlight).toBe(0);
});

test('a target beyond the limit waits until another has nothing in flight; one that runs may go on', async () => {
  const permits = new SendPermits({ sendsMax: 10, targetsMax: 1 });
  const started: string[] = [];
  const holds = [hold(), hold(), hold()];
  const run = (name: string, targetId: string, index: number) =>
    permits.run(targetId, () => {
      started.push(name);
      return holds[index]?.work() ?? Promise.resolve();
    });
  const runs = [run('a1', 'a', 0), run('b1', 'b', 1), run('a2', 'a', 2)];
  await settle();
  expect(started).toEqual(['a1', 'a2']);
  holds[0]?.free();
  await settle();
  expect(started).toEqual(['a1', 'a2']);
  holds[2]?.free();
  await settle();
  expect(started).toEqual(['a1', 'a2', 'b1']);
  holds[1]?.free();
  await Promise.all(runs);
});

test('a failed send gives its permit back', async () => {
  const permits = new SendPermits({ sendsMax: 1, targetsMax: 1 });
  await expect(permits.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(permits.run('b', () => Promise.resolve(1))).resolves.toBe(1);
});
