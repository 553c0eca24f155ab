import { BackgroundRounds, type BackgroundRoundsOptions } from './background-rounds.ts';

interface Item {
  readonly name: string;
  dueAtMs: number;
}

const EVERY_MS = 100;

/**
 * Rounds over a list under a clock that stands still but in pauses: each lasts until `passPause`, and then for as long as it was to.
 * `log` tells what was done, and every pause.
 */
function makeRounds(items: Item[], overrides: Partial<BackgroundRoundsOptions<Item>> = {}) {
  const log: string[] = [];
  let nowMs = 1_000;
  let pausing = Promise.withResolvers<() => void>();
  const rounds = new BackgroundRounds<Item>({
    clock: { nowMs: () => nowMs },
    pause: (ms, signal) =>
      new Promise((resolve, reject) => {
        log.push(`sleeps ${ms}`);
        signal.addEventListener('abort', () => reject(new Error('cut short')));
        pausing.resolve(() => {
          nowMs += ms;
          resolve();
        });
      }),
    items: () => items,
    dueAtMs: ({ dueAtMs }) => dueAtMs,
    work: async (item) => {
      log.push(item.name);
      item.dueAtMs = nowMs + EVERY_MS;
    },
    onFailure: ({ name }, error) => log.push(`${name}: ${error}`),
    lookAgainMs: 60,
    ...overrides,
  });
  return {
    rounds,
    log,
    /** Resolves once it sleeps. */
    sleeping: async () => void (await pausing.promise),
    passPause: async () => {
      const pass = await pausing.promise;
      pausing = Promise.withResolvers();
      pass();
      await pausing.promise;
    },
    wake: async () => {
      await pausing.promise;
      pausing = Promise.withResolvers();
      rounds.wake();
      await pausing.promise;
    },
  };
}

test('what is due is done one after the other, the most overdue first, and then it sleeps until something is due', async () => {
  const items = [
    { name: 'b', dueAtMs: 900 },
    { name: 'later', dueAtMs: 1_025 },
    { name: 'a', dueAtMs: 800 },
  ];
  const { rounds, log, sleeping, passPause } = makeRounds(items);
  rounds.start();
  rounds.start();
  await sleeping();
  expect(log).toEqual(['a', 'b', 'sleeps 25']);
  await passPause();
  expect(log.slice(3)).toEqual(['later', 'sleeps 60']);
  await rounds.close();
});

test('it looks again after a while, and when it is woken', async () => {
  const items: Item[] = [];
  const { rounds, log, sleeping, passPause, wake } = makeRounds(items);
  rounds.start();
  await sleeping();
  items.push({ name: 'new', dueAtMs: 1_000 });
  await passPause();
  items.push({ name: 'urgent', dueAtMs: 0 });
  await wake();
  expect(log).toEqual(['sleeps 60', 'new', 'sleeps 60', 'urgent', 'sleeps 60']);
  await rounds.close();
});

test('nothing is begun while it is not allowed', async () => {
  let isAllowed = false;
  const { rounds, log, sleeping, passPause } = makeRounds([{ name: 'a', dueAtMs: 0 }], { isAllowed: () => isAllowed });
  rounds.start();
  await sleeping();
  isAllowed = true;
  await passPause();
  expect(log).toEqual(['sleeps 60', 'a', 'sleeps 60']);
  await rounds.close();
});

test('what must be found out first is found out before every look', async () => {
  const items: Item[] = [];
  const prepare = async (): Promise<void> => {
    items.push({ name: `found ${items.length}`, dueAtMs: 0 });
    if (items.length > 2) items.length = 0;
  };
  const { rounds, log, sleeping } = makeRounds(items, { prepare });
  rounds.start();
  await sleeping();
  expect(log).toEqual(['found 0', 'found 1', 'sleeps 60']);
  await rounds.close();
});

test('a failure is told, and the next is begun', async () => {
  const items = [
    { name: 'broken', dueAtMs: 0 },
    { name: 'whole', dueAtMs: 1 },
  ];
  const { rounds, log, sleeping } = makeRounds(items, {
    work: async (item) => {
      item.dueAtMs = 2_000;
      if (item.name === 'broken') throw new Error('no');
      log.push(item.name);
    },
  });
  rounds.start();
  await sleeping();
  expect(log).toEqual(['broken: Error: no', 'whole', 'sleeps 60']);
  await rounds.close();
});

test('closing cancels what is done, waits for its end, and tells of no failure', async () => {
  const begun = Promise.withResolvers<void>();
  const { rounds, log } = makeRounds([{ name: 'a', dueAtMs: 0 }], {
    work: async (_item, signal) => {
      begun.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await new Promise((resolve) => setImmediate(resolve));
      log.push('ended');
      throw new Error('cancelled');
    },
  });
  rounds.start();
  await begun.promise;
  await rounds.close();
  expect(log).toEqual(['ended']);
  expect(rounds.signal.aborted).toBe(true);
});

test('closing ends a pause, one that begins after it as well', async () => {
  const preparing = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const { rounds } = makeRounds([], {
    prepare: () => {
      preparing.resolve();
      return goOn.promise;
    },
  });
  rounds.start();
  await preparing.promise;
  const closed = rounds.close();
  goOn.resolve();
  await closed;
});
