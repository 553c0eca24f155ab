import { runHistories } from './run-histories.ts';

/** Three buckets, one of each kind; `check-histories.ts` goes on for as long as one likes. */
const OPERATIONS = 1_500;

test('random histories of buckets give what the model of S3 gives', async () => {
  const seed = Date.now() % 2 ** 31;
  await runHistories({ operations: OPERATIONS, seed });
});
