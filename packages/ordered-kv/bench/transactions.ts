/**
 * Durable transactions on the embedded driver: `node packages/ordered-kv/bench/transactions.ts [directory]`.
 * A transaction reads one row and writes two, 300 bytes together, as a small object's commit does.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openLmdbKv } from '../src/index.ts';

const TRANSACTIONS = 60_000;
const directory = mkdtempSync(join(process.argv[2] ?? '.', 'bench-kv-'));
const kv = openLmdbKv({ directory });
const value = Buffer.alloc(250, 'v');
const counter = Buffer.from('usage of the bucket');

const keyOf = (n: number): Buffer => Buffer.from(`object in a bucket/${Math.imul(n, 2654435761) >>> 0}`);

function commit(n: number): Promise<void> {
  return kv.transact(function* (tx) {
    const key = keyOf(n);
    yield* tx.get(key);
    tx.put(key, value);
    tx.put(counter, value.subarray(0, 50));
  });
}

async function measure(inFlight: number, base: number): Promise<void> {
  let next = 0;
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const start = performance.now();
  const writer = async () => {
    while (next < TRANSACTIONS) {
      next += 1;
      const began = performance.now();
      await commit(base + next);
      times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, writer));
  const ms = performance.now() - start;
  const used = process.cpuUsage(cpu);
  const busy = performance.eventLoopUtilization(loop);
  times.sort((a, b) => a - b);
  console.log(
    `${inFlight} in flight: ${Math.round((TRANSACTIONS / ms) * 1000)}/s, p50 ${times[TRANSACTIONS >> 1]?.toFixed(2)} ms, ` +
      `p99 ${times[Math.floor(TRANSACTIONS * 0.99)]?.toFixed(2)} ms, main thread ${((busy.active / TRANSACTIONS) * 1000).toFixed(1)} µs, ` +
      `process CPU ${((used.user + used.system) / TRANSACTIONS).toFixed(1)} µs a transaction`,
  );
}

function measureReads(count: number): void {
  const keys = Array.from({ length: 10_000 }, (_, i) => keyOf(i + 1));
  let found = 0;
  let start = performance.now();
  for (let i = 0; i < count; i += 1) {
    const key = keys[i % keys.length];
    if (key !== undefined && kv.synchronous?.get(key) !== undefined) found += 1;
  }
  console.log(`get: ${(((performance.now() - start) * 1000) / count).toFixed(2)} µs (${found} found)`);
  start = performance.now();
  let rows = 0;
  for (let i = 0; i < 200; i += 1) {
    const range = { start: Buffer.from(`object in a bucket/${i % 10}`), end: Buffer.from('p'), limit: 1000 };
    rows +=
      kv.synchronous?.read(function* (tx) {
        return (yield* tx.scanDecoded(range, (key, row) => key.length + row.length)).rows.length;
      }) ?? 0;
  }
  console.log(`scan of 1,000 rows: ${(((performance.now() - start) * 1000) / rows).toFixed(2)} µs a row`);
}

await measure(16, 0);
await measure(64, TRANSACTIONS);
await measure(16, 0);
measureReads(300_000);
await kv.close();
rmSync(directory, { recursive: true });
