// `node services/gateway/test/model/check-histories.ts [operations] [seed]`: 100,000 random operations unless told otherwise, the store
// against the model of S3. Ends with status 1 at the first difference; the seed it prints repeats it.
import { runHistories } from './run-histories.ts';

const DEFAULT_OPERATIONS = 100_000;

const operations = Number(process.argv[2] ?? DEFAULT_OPERATIONS);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
process.stdout.write(`seed ${seed}\n`);
const startMs = performance.now();
await runHistories({ operations, seed });
const seconds = (performance.now() - startMs) / 1_000;
process.stdout.write(`${operations} operations in ${seconds.toFixed(0)} s: no difference\n`);
