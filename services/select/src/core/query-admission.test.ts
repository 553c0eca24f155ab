import { QueryAdmission } from './query-admission.ts';

const never = new AbortController().signal;

/** Whether the promise is settled once all that can happen now has happened. */
const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
};

test('queries beyond the limit wait for their turn, in order', async () => {
  const admission = new QueryAdmission({ runningMax: 1, runningPerPrincipalMax: 1, waitingMax: 2 });
  const first = await admission.enter('a', never);
  const second = admission.enter('a', never);
  const third = admission.enter('b', never);
  expect(await isSettled(second)).toBe(false);
  first();
  first();
  const leaveSecond = await second;
  expect(await isSettled(third)).toBe(false);
  leaveSecond();
  (await third)();
  expect([admission.runningCount, admission.waitingCount]).toEqual([0, 0]);
});

test('one principal cannot take all places; another goes past those that wait', async () => {
  const admission = new QueryAdmission({ runningMax: 2, runningPerPrincipalMax: 1, waitingMax: 2 });
  await admission.enter('a', never);
  const waiting = admission.enter('a', never);
  await admission.enter('b', never);
  expect(await isSettled(waiting)).toBe(false);
  expect([admission.runningCount, admission.waitingCount]).toEqual([2, 1]);
});

test('too many waiting is SlowDown; who gives up makes room', async () => {
  const admission = new QueryAdmission({ runningMax: 1, runningPerPrincipalMax: 1, waitingMax: 1 });
  const leave = await admission.enter('a', never);
  const stop = new AbortController();
  const waiting = admission.enter('a', stop.signal);
  await expect(admission.enter('a', never)).rejects.toMatchObject({ code: 'SlowDown' });
  stop.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  expect(admission.waitingCount).toBe(0);
  const next = admission.enter('a', never);
  leave();
  (await next)();
  expect(admission.runningCount).toBe(0);
});
