import { migrateSchema, readSchemaVersion, type SchemaStep } from '../src/core/schema/migrate-schema.ts';
import { openLmdbCatalog, type TestCatalog } from './open-stores.ts';

let store: TestCatalog;
beforeEach(() => {
  store = openLmdbCatalog();
});
afterEach(() => store.destroy());

const migrate = (targetVersion: number, steps: readonly SchemaStep[], holder = 'one', pause = async () => {}) =>
  migrateSchema({ kv: store.kv, clock: () => store.clock.nowMs, holder, pause, targetVersion, steps });

const version = () => store.kv.read(readSchemaVersion);

test('an empty store takes the version of the program; an older one goes step by step', async () => {
  const ran: number[] = [];
  const step = (from: number): SchemaStep => ({
    from,
    run: async () => {
      ran.push(from);
    },
  });
  await migrate(1, []);
  expect(await version()).toBe(1);
  await migrate(3, [step(2), step(1)]);
  expect(ran).toEqual([1, 2]);
  expect(await version()).toBe(3);
  await migrate(3, []);
});

test('a newer store, and a missing step, are refused and change nothing', async () => {
  await migrate(2, []);
  await expect(migrate(1, [])).rejects.toThrow('newer than 1');
  await expect(migrate(3, [])).rejects.toThrow('no step from schema 2 to 3');
  expect(await version()).toBe(2);
});

test('a step that fails is run again at the next start; two starters take turns', async () => {
  await migrate(1, []);
  let tries = 0;
  const fragile: SchemaStep = {
    from: 1,
    run: async () => {
      tries += 1;
      if (tries === 1) throw new Error('power cut');
    },
  };
  await expect(migrate(2, [fragile])).rejects.toThrow('power cut');
  expect(await version()).toBe(1);
  const started = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  let runs = 0;
  const slow: SchemaStep = {
    from: 1,
    run: () => {
      runs += 1;
      started.resolve();
      return mayEnd.promise;
    },
  };
  const first = migrate(2, [slow], 'first');
  await started.promise;
  // The second starter finds the lock taken, and looks again after the first one is done.
  const second = migrate(2, [slow], 'second', async () => {
    mayEnd.resolve();
    await first;
  });
  await Promise.all([first, second]);
  expect(runs).toBe(1);
  expect(await version()).toBe(2);
});
