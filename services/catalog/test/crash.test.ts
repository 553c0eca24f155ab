import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLmdbKv } from '@needlestack/ordered-kv';
import { type Catalog, createCatalog } from '../src/core/catalog.ts';
import { bucketRequest } from './sample-requests.ts';

const ROUNDS = 3;
const CHANGES_BEFORE_KILL = 600;

/** Per key what was last acknowledged and, if a change was under way at the end, what it would have made. */
type History = Map<string, { acknowledged: string | undefined; begun: string | undefined }>;

async function writeAndKill(directory: string, round: number, history: History): Promise<void> {
  const writer = fileURLToPath(new URL('./crash-writer.ts', import.meta.url));
  const child = spawn(process.execPath, [writer, directory, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let lines = 0;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
    lines += text.split('\n').length - 1;
    if (lines > CHANGES_BEFORE_KILL * 2) child.kill('SIGKILL');
  });
  await once(child, 'close');
  for (const line of output.split('\n').slice(0, -1)) {
    const [what, key = '', value] = line.split(' ');
    const entry = history.get(key) ?? { acknowledged: undefined, begun: undefined };
    history.set(key, what === 'begin' ? { ...entry, begun: value } : { acknowledged: value, begun: undefined });
  }
}

async function stateOf(catalog: Catalog, key: string): Promise<string> {
  const version = await catalog.lookupObject('box', key);
  return version === undefined ? 'delete' : String(version.sizeBytes);
}

test('after kill -9 under load no acknowledged write is lost, no deleted object is back, and usage adds up', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-catalog-crash-'));
  const open = () => {
    const kv = openLmdbKv({ directory });
    return { kv, catalog: createCatalog({ kv, clock: Date.now, randomBytes }) };
  };
  const first = open();
  await first.catalog.createBucket(bucketRequest('box'));
  await first.kv.close();
  const history: History = new Map();
  for (let round = 0; round < ROUNDS; round += 1) {
    await writeAndKill(directory, round, history);
    const { kv, catalog } = open();
    let objects = 0;
    let bytes = 0;
    for (const [key, { acknowledged, begun }] of history) {
      const state = await stateOf(catalog, key);
      const allowed = [acknowledged ?? 'delete', ...(begun === undefined ? [] : [begun])];
      expect(allowed).toContain(state);
      if (state === 'delete') continue;
      objects += 1;
      bytes += Number(state);
    }
    expect(await catalog.getBucketUsage('box')).toEqual({ objects, bytes });
    await kv.close();
  }
  expect(history.size).toBeGreaterThan(100);
  rmSync(directory, { recursive: true });
});
