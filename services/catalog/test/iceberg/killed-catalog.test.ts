import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JsonObject, writeJson } from '@needlestack/iceberg-format';
import { appendUpdates, at, createNamespace, createTable, LAKE, requireMain } from './support/sample-requests.ts';
import { type RunningCatalog, startCatalog } from './support/start-catalog.ts';

const PROCESS = fileURLToPath(new URL('./support/catalog-process.ts', import.meta.url));
const TABLES = `${LAKE}/namespaces/ns/tables`;
const ROUNDS = 3;
const WRITERS = 4;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'needlestack-killed-'));
  const store = await startCatalog({ directory });
  await createNamespace(store, 'ns');
  for (let writer = 0; writer < WRITERS; writer += 1) await createTable(store, 'ns', `t${writer}`);
  await store.stop();
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function startProcess(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROCESS, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line]: unknown[] = await once(child.stdout, 'data');
  return { child, url: String(line).trim() };
}

interface Commit {
  readonly snapshotId: bigint;
  readonly key: string;
  readonly body: JsonObject;
  isAcknowledged: boolean;
}

/** The status; undefined when the connection broke before the whole answer was there. */
async function post(url: string, commit: Commit): Promise<number | undefined> {
  try {
    const headers = { 'idempotency-key': commit.key };
    const response = await fetch(url, { method: 'POST', headers, body: writeJson(commit.body) });
    await response.text();
    return response.status;
  } catch {
    return undefined;
  }
}

/** Appends one snapshot after the other until the process dies; gives all that was sent. */
async function writeUntilDeath(
  url: string,
  table: string,
  state: { last: bigint | null; sequence: number },
): Promise<Commit[]> {
  const commits: Commit[] = [];
  for (;;) {
    const sequence = state.sequence + 1;
    const snapshotId = 9_007_199_254_740_992n + BigInt(sequence);
    const updates = appendUpdates(snapshotId, sequence, state.last ?? undefined);
    const commit: Commit = {
      snapshotId,
      key: randomUUID(),
      body: { requirements: [requireMain(state.last)], updates },
      isAcknowledged: false,
    };
    commits.push(commit);
    const status = await post(`${url}${TABLES}/${table}`, commit);
    if (status === undefined) return commits;
    expect(status).toBe(200);
    commit.isAcknowledged = true;
    state.last = snapshotId;
    state.sequence = sequence;
  }
}

async function snapshotsOf(store: RunningCatalog, table: string): Promise<bigint[]> {
  const { status, body } = await store.call('GET', `${TABLES}/${table}`);
  expect(status).toBe(200);
  const snapshots = at(body, 'metadata', 'snapshots');
  return Array.isArray(snapshots)
    ? snapshots.map((snapshot: unknown) => BigInt(String(at(snapshot, 'snapshot-id'))))
    : [];
}

test('killed at any moment: what was acknowledged is there, what was not is there wholly or not at all, and its repetition tells', async () => {
  const states = Array.from({ length: WRITERS }, (): { last: bigint | null; sequence: number } => ({
    last: null,
    sequence: 0,
  }));
  let acknowledged = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { child, url } = await startProcess();
    const exited = once(child, 'exit');
    const writing = states.map((state, index) => writeUntilDeath(url, `t${index}`, state));
    // The moment differs from round to round: after so many acknowledgements of the first writer.
    const wanted = (states[0]?.sequence ?? 0) + 3 + round * 7;
    while ((states[0]?.sequence ?? 0) < wanted) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGKILL');
    await exited;
    const sent = await Promise.all(writing);

    const store = await startCatalog({ directory });
    for (const [index, commits] of sent.entries()) {
      const state = states[index];
      const before = await snapshotsOf(store, `t${index}`);
      expect(new Set(before).size).toBe(before.length);
      for (const commit of commits) {
        if (commit.isAcknowledged) expect(before).toContain(commit.snapshotId);
      }
      const open = commits.at(-1);
      if (open === undefined || state === undefined) throw new Error('nothing was sent');
      const answer = await store.call('POST', `${TABLES}/t${index}`, open.body, { 'idempotency-key': open.key });
      expect(answer.status).toBe(200);
      const after = await snapshotsOf(store, `t${index}`);
      expect(after).toEqual(before.includes(open.snapshotId) ? before : [...before, open.snapshotId]);
      state.last = open.snapshotId;
      state.sequence += 1;
      expect(after).toHaveLength(state.sequence);
      acknowledged += commits.length;
    }
    expect(store.failures).toEqual([]);
    await store.stop();
  }
  expect(acknowledged).toBeGreaterThan(ROUNDS * WRITERS);
});
