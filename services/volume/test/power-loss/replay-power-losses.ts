import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SeededRandom } from '@needlestack/fuzz';
import { newVolume, openRegistry } from '../support/open-registry.ts';
import { WorkloadLedger } from '../support/workload-ledger.ts';
import { CrashDisk } from './crash-disk.ts';
import { parseTrace, type TraceEvent } from './parse-strace.ts';

const WORKLOAD = fileURLToPath(new URL('../support/volume-workload.ts', import.meta.url));
const TRACED_CALLS =
  'openat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate';
const STRING_BYTES_MAX = 16 * 2 ** 20;
const TRACE_BYTES_MAX = 2 ** 30;

export interface Interruptions {
  readonly needles: number;
}

export interface InterruptionsResult {
  /** Moments at which the process was thought to be killed. */
  readonly states: number;
  /** Those at which a compaction was under way. */
  readonly compacting: number;
}

/** What a compaction leaves when it is interrupted; the next opening must have dealt with it. */
const UNFINISHED = /\.(cpd|cpx|cpc|tmp)$/;

/**
 * Traces a server as `replayPowerLosses` does, and opens what a kill behind each single call would have left. Rejects like that, and when
 * the opening leaves anything of an interrupted compaction.
 */
export async function replayInterruptions({ needles }: Interruptions): Promise<InterruptionsResult> {
  return withTrace(needles, async ({ root, data, events, disk }) => {
    const ledger = new WorkloadLedger();
    let states = 0;
    let compacting = 0;
    for (const [moment, event] of events.entries()) {
      follow(disk, ledger, event);
      if (event.moment === 'begin' && event.call.kind === 'say') continue;
      const state = join(root, 'state');
      disk.writeKillState(data, state);
      if (readdirSync(state).some((name) => UNFINISHED.test(name))) compacting += 1;
      await checkState(state, ledger, moment);
      const left = readdirSync(state).filter((name) => UNFINISHED.test(name));
      if (left.length > 0) throw new Error(`after a kill at event ${moment} ${left.join(', ')} stayed behind`);
      rmSync(state, { recursive: true });
      states += 1;
    }
    return { states, compacting };
  });
}

export interface PowerLosses {
  /** Needles that the traced server writes. */
  readonly needles: number;
  readonly states: number;
  readonly random: SeededRandom;
}

export interface PowerLossesResult {
  readonly events: number;
  readonly states: number;
  /** Needles read back over all states. */
  readonly checked: number;
}

/**
 * Traces a server under writes, overwrites, deletions and compactions, builds what power failures at random moments may have left, opens
 * each state and reads back what was acknowledged by then. Rejects at the first needle that is lost, wrong or back, and at the first
 * volume that does not open, or not for writing.
 */
export async function replayPowerLosses({ needles, states, random }: PowerLosses): Promise<PowerLossesResult> {
  return withTrace(needles, async ({ root, data, events, disk }) => {
    const moments = Array.from({ length: states }, () => random.between(0, events.length)).sort((a, b) => a - b);
    const ledger = new WorkloadLedger();
    let at = 0;
    let checked = 0;
    for (const moment of moments) {
      for (; at < moment; at += 1) follow(disk, ledger, events[at]);
      const state = join(root, 'state');
      disk.writeCrashState(data, state, random);
      checked += await checkState(state, ledger, moment);
      rmSync(state, { recursive: true });
    }
    return { events: events.length, states, checked };
  });
}

interface TracedRun {
  readonly root: string;
  /** The data directory of the traced server. */
  readonly data: string;
  readonly events: readonly TraceEvent[];
  /** The disk as it was before the first event. */
  readonly disk: CrashDisk;
}

async function withTrace<T>(needles: number, use: (run: TracedRun) => Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'needlestack-power-'));
  try {
    const data = join(root, 'data');
    const { registry } = await openRegistry(data);
    await registry.allocate(newVolume(1));
    await registry.close();
    const disk = new CrashDisk();
    disk.addDirectory(
      data,
      new Map(readdirSync(data).map((name) => [join(data, name), readFileSync(join(data, name))])),
    );
    return await use({ root, data, events: traceWorkload(root, data, needles), disk });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Whether calls can be traced here. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-o', '/dev/null', '-e', 'trace=none', 'true']).status === 0;
}

function traceWorkload(root: string, data: string, needles: number): TraceEvent[] {
  const trace = join(root, 'trace');
  const options = [
    '-f',
    '-y',
    '-xx',
    '-qq',
    '-s',
    String(STRING_BYTES_MAX),
    '-e',
    `trace=${TRACED_CALLS}`,
    '-o',
    trace,
  ];
  const program = [process.execPath, '--disable-warning=ExperimentalWarning', WORKLOAD, data, '1', String(needles)];
  const ran = spawnSync('strace', [...options, ...program], { maxBuffer: TRACE_BYTES_MAX });
  if (ran.status !== 0) throw new Error(`the traced workload failed:\n${ran.stderr}`);
  return parseTrace(readFileSync(trace, 'utf8'), data);
}

function follow(disk: CrashDisk, ledger: WorkloadLedger, event: TraceEvent | undefined): void {
  if (event === undefined) return;
  if (event.moment === 'end') disk.end(event.id);
  else if (event.call.kind === 'say') ledger.take(event.call.line);
  else disk.begin(event.id, event.call);
}

async function checkState(path: string, ledger: WorkloadLedger, moment: number): Promise<number> {
  const { registry, events } = await openRegistry(path);
  try {
    const volume = registry.get(1);
    if (volume?.state !== 'writable') {
      throw new Error(
        `the volume is ${volume?.state ?? 'not there'} (${volume?.opened.damage}): ${events.told.join('; ')}`,
      );
    }
    await ledger.check(volume);
    return ledger.size;
  } catch (error) {
    throw new Error(`after a power failure at event ${moment}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  } finally {
    await registry.close();
  }
}
