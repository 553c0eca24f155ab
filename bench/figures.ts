import type { LoadResult } from './load/load-message.ts';

/** What one cell cost and gave on one server. */
export interface Figures {
  /** Objects, keys or needles per second. */
  readonly unitsPerSecond: number;
  readonly mebibytesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the Complete call alone. */
  readonly completeP50Ms?: number;
  readonly completeP99Ms?: number;
  /** Of the server; absent when its process is not on this machine. */
  readonly serverCpuSeconds?: number;
  readonly serverCpuMicrosPerOperation?: number;
  readonly peakRssBytes?: number;
  readonly loadCpuMicrosPerOperation: number;
  readonly runs: number;
}

/** One run of a cell, with what it cost the server. */
export interface MeasuredRun {
  readonly result: LoadResult;
  readonly server: { readonly cpuSeconds: number; readonly peakRssBytes: number } | undefined;
}

const MEBIBYTE = 1024 * 1024;

/** One line out of several runs: rates over all of them together, latencies as the mean of the runs, memory as the highest. */
export function combineRuns(runs: readonly MeasuredRun[]): Figures {
  const results = runs.map((run) => run.result);
  const sum = (pick: (result: LoadResult) => number): number => results.reduce((total, one) => total + pick(one), 0);
  const mean = (pick: (result: LoadResult) => number): number => sum(pick) / results.length;
  const elapsedSeconds = sum((result) => result.elapsedSeconds);
  const operations = Math.max(
    1,
    sum((result) => result.operations),
  );
  const servers = runs.flatMap((run) => (run.server === undefined ? [] : [run.server]));
  const serverCpuSeconds = servers.reduce((total, server) => total + server.cpuSeconds, 0);
  return {
    unitsPerSecond: sum((result) => result.units) / elapsedSeconds,
    mebibytesPerSecond: sum((result) => result.bytes) / elapsedSeconds / MEBIBYTE,
    p50Ms: mean((result) => result.latency.p50Ms),
    p99Ms: mean((result) => result.latency.p99Ms),
    ...(results.every((result) => result.completeLatency === undefined)
      ? {}
      : {
          completeP50Ms: mean((result) => result.completeLatency?.p50Ms ?? 0),
          completeP99Ms: mean((result) => result.completeLatency?.p99Ms ?? 0),
        }),
    ...(servers.length === 0
      ? {}
      : {
          serverCpuSeconds,
          serverCpuMicrosPerOperation: (serverCpuSeconds / operations) * 1e6,
          peakRssBytes: Math.max(...servers.map((server) => server.peakRssBytes)),
        }),
    loadCpuMicrosPerOperation: (sum((result) => result.loadCpuSeconds) / operations) * 1e6,
    runs: runs.length,
  };
}

/** Speed of `ours` over that of `theirs`. For uploads also of Complete, by median latency. */
export function compareFigures(ours: Figures, theirs: Figures): { readonly speed: number; readonly complete?: number } {
  const speed = ours.unitsPerSecond / theirs.unitsPerSecond;
  if (ours.completeP50Ms === undefined || theirs.completeP50Ms === undefined) return { speed };
  return { speed, complete: theirs.completeP50Ms / ours.completeP50Ms };
}
