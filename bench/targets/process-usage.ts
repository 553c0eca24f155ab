import { readFileSync, writeFileSync } from 'node:fs';

/** Of Linux; `getconf CLK_TCK` has been 100 everywhere for decades. */
const CLOCK_TICKS_PER_SECOND = 100;
/** Fields of `/proc/<pid>/stat` after the command's name: user and system time in clock ticks. */
const USER_TICKS_FIELD = 11;
const SYSTEM_TICKS_FIELD = 12;
/** Written to `clear_refs`, it sets the peak of resident memory back to the present value. */
const RESET_PEAK = '5';

/** CPU time that the processes have used so far, all their threads together. */
export function readCpuSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[USER_TICKS_FIELD]) + Number(fields[SYSTEM_TICKS_FIELD]);
  }
  return ticks / CLOCK_TICKS_PER_SECOND;
}

/** Resident memory of the processes now. */
export function readRssBytes(pids: readonly number[]): number {
  return sumStatus(pids, 'VmRSS');
}

/** The part of it that is the processes' own: without mapped files, whose pages the system may take back at any time. */
export function readAnonymousRssBytes(pids: readonly number[]): number {
  return sumStatus(pids, 'RssAnon');
}

/** The most resident memory that each of the processes had since the last reset, added up. */
export function readPeakRssBytes(pids: readonly number[]): number {
  return sumStatus(pids, 'VmHWM');
}

export function resetPeakRss(pids: readonly number[]): void {
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, RESET_PEAK);
}

function sumStatus(pids: readonly number[], field: string): number {
  let kibibytes = 0;
  for (const pid of pids) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    kibibytes += Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  }
  return kibibytes * 1024;
}
