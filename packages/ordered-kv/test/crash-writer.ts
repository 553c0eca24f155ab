/** Child of the crash test: writes for ever and prints each acknowledged number on a line of its own. */
import { openLmdbKv } from '../src/index.ts';

const [directory = '', from = '0'] = process.argv.slice(2);
const kv = openLmdbKv({ directory });
let next = Number(from);

async function writeForEver(): Promise<void> {
  for (;;) {
    const n = next;
    next += 1;
    await kv.transact(function* (tx) {
      yield* tx.get(Buffer.from('probe'));
      tx.put(Buffer.from(`left ${n}`), Buffer.alloc(300, n % 251));
      tx.put(Buffer.from(`right ${n}`), Buffer.from(String(n)));
    });
    process.stdout.write(`${n}\n`);
  }
}

for (let i = 0; i < 32; i += 1) void writeForEver();
