import { FlagError } from './flag-error.ts';

const MILLISECONDS_BY_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const TERM = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** A duration in Go's spelling (`1m30s`, `300ms`, `1.5h`, `0`) in milliseconds. Throws FlagError. */
export const parseDurationMs = (text: string): number => {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0;
  let totalMs = 0;
  TERM.lastIndex = 0;
  while (TERM.lastIndex < body.length) {
    const term = TERM.exec(body);
    if (term === null) throw new FlagError('is not a duration such as 10s or 1m30s');
    totalMs += Number(term[1]) * (MILLISECONDS_BY_UNIT[term[2] ?? ''] ?? Number.NaN);
  }
  if (body === '') throw new FlagError('is not a duration such as 10s or 1m30s');
  return sign * totalMs;
};

/** The shortest Go spelling of whole milliseconds: 90000 is `1m30s`. */
export const formatDuration = (durationMs: number): string => {
  if (durationMs === 0) return '0s';
  const hours = Math.floor(durationMs / 3_600_000);
  const minutes = Math.floor((durationMs % 3_600_000) / 60_000);
  const restMs = durationMs % 60_000;
  const seconds = restMs === 0 ? '' : restMs < 1_000 && durationMs < 1_000 ? `${restMs}ms` : `${restMs / 1_000}s`;
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${seconds}`;
};
