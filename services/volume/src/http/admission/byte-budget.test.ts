import { ByteBudget } from './byte-budget.ts';

test('hands out its bytes in turn, waits when they are gone, and never waits for more than all', async () => {
  const budget = new ByteBudget(100);
  const order: string[] = [];
  const first = await budget.take(80);
  const second = budget.take(50).then((release) => {
    order.push('second');
    return release;
  });
  const third = budget.take(1000).then((release) => {
    order.push('third');
    return release;
  });
  expect(budget.takenBytes).toBe(80);
  first();
  first();
  const releaseSecond = await second;
  expect({ order, taken: budget.takenBytes }).toEqual({ order: ['second'], taken: 50 });
  releaseSecond();
  (await third)();
  expect({ order, taken: budget.takenBytes }).toEqual({ order: ['second', 'third'], taken: 0 });
});
