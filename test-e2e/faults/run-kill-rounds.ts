import { setTimeout as delay } from 'node:timers/promises';
import { SeededRandom } from '@needlestack/fuzz';
import { type RunningNeedlestack, startNeedlestack } from '@needlestack/test-servers';
import { SimpleS3 } from '../support/simple-s3.ts';
import { Ledger } from './ledger.ts';
import { checkObject, completeUpload, LEDGER_BUCKET, LedgerBreak, runWorker } from './mixed-load.ts';

export interface KillRounds {
  readonly rounds: number;
  readonly seed: number;
  readonly report: (line: string) => void;
}

export interface KillRoundsResult {
  readonly kills: number;
  readonly acknowledged: number;
  readonly keys: number;
}

const WORKERS = 8;
const LOAD_MS_MIN = 50;
const LOAD_MS_MAX = 1_500;

/**
 * Loads the store with PUT, GET, DELETE and multipart uploads, kills it at a random moment, starts it again in place and reads everything
 * back, again and again. Rejects with a LedgerBreak at the first acknowledged write that is lost, wrong byte, or deleted object that is back.
 */
export async function runKillRounds({ rounds, seed, report }: KillRounds): Promise<KillRoundsResult> {
  const random = new SeededRandom(seed);
  const ledger = new Ledger();
  let store = await startNeedlestack();
  try {
    await createBucket(store);
    for (let round = 1; round <= rounds; round += 1) {
      const loadMs = random.between(LOAD_MS_MIN, LOAD_MS_MAX);
      const before = ledger.acknowledged;
      await loadAndKill(store, ledger, random, loadMs);
      const acknowledged = ledger.acknowledged - before;
      const startMs = performance.now();
      store = await store.restart();
      const readyMs = performance.now() - startMs;
      await verify(store, ledger);
      report(
        `round ${round}: killed after ${loadMs} ms and ${acknowledged} acknowledged writes; ready again in ${readyMs.toFixed(0)} ms; all there`,
      );
    }
    return { kills: rounds, acknowledged: ledger.acknowledged, keys: [...ledger.keys()].length };
  } catch (error) {
    report(`the store's log ends with:\n${store.log()}`);
    throw error;
  } finally {
    await store.stop();
  }
}

async function createBucket(store: RunningNeedlestack): Promise<void> {
  const s3 = new SimpleS3(store.urlOf('s3'), store.credentials);
  const { status, body } = await s3.send('PUT', `/${LEDGER_BUCKET}`);
  s3.close();
  if (status !== 200) throw new Error(`CreateBucket answered ${status}: ${body}`);
}

async function loadAndKill(
  store: RunningNeedlestack,
  ledger: Ledger,
  random: SeededRandom,
  loadMs: number,
): Promise<void> {
  const s3 = new SimpleS3(store.urlOf('s3'), store.credentials);
  const workers = Array.from({ length: WORKERS }, (_, worker) =>
    runWorker(s3, ledger, new SeededRandom(random.between(0, 2 ** 31)), worker),
  );
  const before = ledger.acknowledged;
  const isOver = new AbortController();
  const load = async (): Promise<void> => {
    // However slow the machine, something is acknowledged by then.
    while (ledger.acknowledged === before && !isOver.signal.aborted) await delay(1);
    await delay(loadMs, undefined, { signal: isOver.signal });
  };
  // A worker that ends before the kill has found a break.
  await Promise.race([load(), ...workers]).finally(() => isOver.abort());
  await store.end('SIGKILL');
  await Promise.all(workers);
  s3.close();
}

/** Completes what was begun, then reads every key twice over: by GET, and by LIST. */
async function verify(store: RunningNeedlestack, ledger: Ledger): Promise<void> {
  const s3 = new SimpleS3(store.urlOf('s3'), store.credentials);
  try {
    // What a Complete without an answer left behind is looked at before Complete is sent again.
    for (const key of ledger.keys()) await checkObject(s3, ledger, key);
    for (const upload of ledger.openUploads()) {
      if (upload.parts.length === 0) ledger.closeUpload(upload);
      else await completeUpload(s3, ledger, upload);
    }
    const present: string[] = [];
    for (const key of ledger.keys()) if ((await checkObject(s3, ledger, key)) !== 'absent') present.push(key);
    const listed = await listKeys(s3);
    const expected = present.sort();
    if (listed.join() !== expected.join())
      throw new LedgerBreak(`LIST gives ${listed.length} keys, GET found ${expected.length}`);
  } finally {
    s3.close();
  }
}

async function listKeys(s3: SimpleS3): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const after = encodeURIComponent(keys.at(-1) ?? '');
    const page = (await s3.send('GET', `/${LEDGER_BUCKET}`, `list-type=2&start-after=${after}`)).body.toString();
    keys.push(...[...page.matchAll(/<Key>([^<]*)<\/Key>/g)].map((match) => match[1] ?? ''));
    if (!page.includes('<IsTruncated>true</IsTruncated>')) return keys.sort();
  }
}
