import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLmdbKv } from '../src/index.ts';

const ROUNDS = 4;
const ACKNOWLEDGED_BEFORE_KILL = 400;

/** Runs the writer until enough writes were acknowledged, kills it in the midst of more; gives what it acknowledged. */
async function writeAndKill(directory: string, from: number): Promise<number[]> {
  const writer = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
  const child = spawn(process.execPath, [writer, directory, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let acknowledged = 0;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    acknowledged += text.split('\n').length - 1;
    if (acknowledged >= ACKNOWLEDGED_BEFORE_KILL) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return output.split('\n').slice(0, -1).map(Number);
}

test('after kill -9 under load every acknowledged transaction is there, whole, and no operator is needed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-crash-'));
  const acknowledged: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    acknowledged.push(...(await writeAndKill(directory, round * 1_000_000)));
    const kv = openLmdbKv({ directory });
    for (const n of acknowledged) {
      expect(kv.synchronous?.get(Buffer.from(`left ${n}`))).toEqual(Buffer.alloc(300, n % 251));
      expect(kv.synchronous?.get(Buffer.from(`right ${n}`))?.toString()).toBe(String(n));
    }
    // Whatever else is there is whole too: both rows of a transaction or none.
    const halves = kv.synchronous?.read(function* (tx) {
      const names = yield* tx.scanDecoded(
        { start: Buffer.from('left '), end: Buffer.from('s'), limit: 1_000_000 },
        (key) => key.toString(),
      );
      const found = new Set(names.rows);
      return names.rows.filter((name) => {
        const other = name.startsWith('left') ? name.replace('left', 'right') : name.replace('right', 'left');
        return !found.has(other);
      });
    });
    expect(halves).toEqual([]);
    await kv.close();
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_BEFORE_KILL);
  rmSync(directory, { recursive: true });
});
