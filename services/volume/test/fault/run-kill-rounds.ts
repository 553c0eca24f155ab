import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SeededRandom } from '@needlestack/fuzz';
import { newVolume, openRegistry } from '../support/open-registry.ts';
import { WorkloadLedger } from '../support/workload-ledger.ts';

const WORKLOAD = fileURLToPath(new URL('../support/volume-workload.ts', import.meta.url));
/** No two rounds write the same needles. */
const KEYS_PER_ROUND = 100_000;

export interface KillRounds {
  readonly path: string;
  readonly rounds: number;
  /** Each round ends after some twenty up to so many acknowledged changes. */
  readonly acknowledgedMax: number;
  readonly random: SeededRandom;
  /** Every how many rounds everything is read back; the volume is opened after each. */
  readonly checkEvery: number;
  readonly report?: (line: string) => void;
}

export interface KillRoundsResult {
  readonly kills: number;
  readonly needles: number;
  readonly slowestOpenMs: number;
}

const ACKNOWLEDGED_MIN = 20;

/**
 * Kills a volume server at random moments under writes, overwrites, deletions and compactions, opens its volume each time, and reads
 * back what was acknowledged. Rejects at the first needle that is lost, wrong or back.
 */
export async function runKillRounds({
  path,
  rounds,
  acknowledgedMax,
  random,
  checkEvery,
  report,
}: KillRounds): Promise<KillRoundsResult> {
  const { registry } = await openRegistry(path);
  await registry.allocate(newVolume(1));
  await registry.close();
  const ledger = new WorkloadLedger();
  let slowestOpenMs = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const wanted = random.between(ACKNOWLEDGED_MIN, acknowledgedMax);
    await writeAndKill(path, round * KEYS_PER_ROUND, wanted, ledger);
    const startMs = performance.now();
    const opened = await openRegistry(path);
    const openMs = performance.now() - startMs;
    slowestOpenMs = Math.max(slowestOpenMs, openMs);
    const volume = opened.registry.require(1);
    if (volume.state !== 'writable') throw new Error(`round ${round}: the volume is ${volume.state}`);
    if (round % checkEvery === 0 || round === rounds) {
      await ledger.check(volume);
      report?.(`round ${round}: ${ledger.size} needles are as acknowledged; opened in ${openMs.toFixed(0)} ms`);
    }
    await opened.registry.close();
  }
  return { kills: rounds, needles: ledger.size, slowestOpenMs };
}

async function writeAndKill(path: string, firstKey: number, wanted: number, ledger: WorkloadLedger): Promise<void> {
  const child = spawn(process.execPath, [WORKLOAD, path, String(firstKey)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = '';
  let acknowledged = 0;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) ledger.take(line);
    acknowledged += lines.length;
    if (acknowledged >= wanted) child.kill('SIGKILL');
  });
  await once(child, 'close');
  if (child.signalCode !== 'SIGKILL') throw new Error(`the workload ended by itself with status ${child.exitCode}`);
}
