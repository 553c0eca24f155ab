import { setImmediate as nextTurn } from 'node:timers/promises';
import { PeriodicProbe } from './periodic-probe.ts';

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await nextTurn();
};

const PACE = { intervalMs: 1, timeoutMs: 20 };

test('nothing is ready before the first answer; then the last answer counts', async () => {
  let outcome: 'answers' | 'fails' | 'hangs' = 'answers';
  const probe = new PeriodicProbe({
    ...PACE,
    ask: () => {
      if (outcome === 'hangs') return new Promise(() => {});
      return outcome === 'answers' ? Promise.resolve('anything') : Promise.reject(new Error('connection refused'));
    },
  });
  expect(probe.reason()).toBe('not asked yet');
  probe.start();
  await until(() => probe.reason() === undefined);
  outcome = 'fails';
  await until(() => probe.reason() === 'connection refused');
  outcome = 'hangs';
  await until(() => probe.reason() === 'no answer within 20 ms');
  outcome = 'answers';
  await until(() => probe.reason() === undefined);
  probe.close();
});

test('a closed probe asks no more', async () => {
  const asked = { closed: 0, other: 0 };
  const count = (name: keyof typeof asked) => async () => {
    asked[name] += 1;
  };
  const probe = new PeriodicProbe({ ...PACE, ask: count('closed') });
  probe.start();
  await until(() => asked.closed >= 2);
  probe.close();
  const before = asked.closed;
  const other = new PeriodicProbe({ ...PACE, ask: count('other') });
  other.start();
  await until(() => asked.other >= 10);
  other.close();
  expect(asked.closed).toBe(before);
});
