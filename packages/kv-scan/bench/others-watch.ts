import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Of the system's clock ticks, which all of /proc counts in. */
const TICKS_PER_SECOND = 100;

/** How much of the machine processes other than the given ones use. Linux tells it in /proc; elsewhere nobody seems to use anything. */
export class OthersWatch {
  readonly #pids: readonly number[];
  #lastTicks: number;
  #lastMs = performance.now();

  constructor(pids: readonly number[]) {
    this.#pids = pids;
    this.#lastTicks = this.#readTicks();
  }

  /** Since the last report, from 0 to 1: all processors. */
  report(): number {
    const ticks = this.#readTicks();
    const nowMs = performance.now();
    const share =
      ((ticks - this.#lastTicks) / TICKS_PER_SECOND / (nowMs - this.#lastMs)) * (1000 / availableParallelism());
    this.#lastTicks = ticks;
    this.#lastMs = nowMs;
    return Math.max(0, share);
  }

  #readTicks(): number {
    try {
      // cpu user nice system
      const [, user, nice, system] = readFileSync('/proc/stat', 'utf8').split(/\s+/, 4).map(Number);
      return (user ?? 0) + (nice ?? 0) + (system ?? 0) - this.#pids.reduce((sum, pid) => sum + ticksOf(pid), 0);
    } catch {
      return 0;
    }
  }
}

/** Fields 14 and 15; the name in front of them may hold spaces. */
function ticksOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
