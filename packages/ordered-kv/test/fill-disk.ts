/**
 * Fills a small file system with a store until writes are refused, makes room, and writes on: `node fill-disk.ts <directory> <bytes of a value>`. Says on stdout what it saw, as JSON. A process
 * of its own, because LMDB's library prints commits that fail to the console of whoever loaded it first.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KvError, type OrderedKv, openLmdbKv } from '../src/index.ts';

const BALLAST_BYTES = 3_000_000;

const [directory = '', valueBytes = '0'] = process.argv.slice(2);
const VALUE_BYTES = Number(valueBytes);

const keyOf = (n: number): Buffer => Buffer.from(`key ${String(n).padStart(5, '0')}`);

function put(kv: OrderedKv, n: number): Promise<void> {
  return kv.transact(function* (tx) {
    yield* tx.get(keyOf(n));
    tx.put(keyOf(n), Buffer.alloc(VALUE_BYTES, 1));
  });
}

async function outcomeOf(writing: Promise<void>): Promise<string> {
  try {
    await writing;
    return 'written';
  } catch (error) {
    if (error instanceof KvError) return error.code;
    throw error;
  }
}

const ballast = join(directory, 'ballast');
const store = join(directory, 'store');
writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES));
let kv = openLmdbKv({ directory: store });
let acknowledged = 0;
let refusal = await outcomeOf(put(kv, acknowledged));
for (; refusal === 'written'; refusal = await outcomeOf(put(kv, acknowledged))) acknowledged += 1;
const again = await outcomeOf(put(kv, acknowledged));
rmSync(ballast);
const withRoom = await outcomeOf(put(kv, acknowledged));
await kv.close();
kv = openLmdbKv({ directory: store });
const lengths = Array.from({ length: acknowledged + 2 }, (_, n) => kv.synchronous?.get(keyOf(n))?.length);
await kv.close();
const isWhole = lengths.slice(0, -1).every((length) => length === VALUE_BYTES) && lengths.at(-1) === undefined;
process.stdout.write(JSON.stringify({ acknowledged, refusal, again, withRoom, isWhole }));
