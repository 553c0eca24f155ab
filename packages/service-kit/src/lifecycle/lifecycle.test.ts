import { createSilentLogger } from '../create-logger.ts';
import { Lifecycle } from './lifecycle.ts';

test('closes in reverse order, once, and goes on after a failure', async () => {
  const closed: string[] = [];
  const lifecycle = new Lifecycle(createSilentLogger());
  for (const name of ['a', 'b', 'c']) {
    await lifecycle.start(
      name,
      () => name,
      (part) => {
        closed.push(part);
        if (part === 'b') throw new Error('b is stuck');
      },
    );
  }
  await expect(lifecycle.close(1_000)).rejects.toThrow('b is stuck');
  await expect(lifecycle.close(1_000)).rejects.toThrow('b is stuck');
  expect(closed).toEqual(['c', 'b', 'a']);
});

test('a part that fails to start closes those before it', async () => {
  const closed: string[] = [];
  const lifecycle = new Lifecycle(createSilentLogger());
  await lifecycle.start(
    'a',
    () => 'a',
    (part) => {
      closed.push(part);
    },
  );
  const failing = lifecycle.start(
    'b',
    () => Promise.reject(new Error('port taken')),
    () => {},
  );
  await expect(failing).rejects.toThrow('port taken');
  expect(closed).toEqual(['a']);
});

test('the deadline tells a slow part to cut', async () => {
  const lifecycle = new Lifecycle(createSilentLogger());
  await lifecycle.start(
    'slow',
    () => 'slow',
    (_part, deadline) =>
      new Promise((resolve) => {
        deadline.addEventListener('abort', () => resolve());
      }),
  );
  await expect(lifecycle.close(5)).resolves.toBeUndefined();
});
