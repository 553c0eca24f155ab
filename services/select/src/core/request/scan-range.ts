import { SelectFailure } from '../select-failure.ts';

/** Rows that begin at an offset from the first to the last are read, both counted from 0. */
export interface ScanRange {
  readonly startBytes: number;
  /** Inclusive. */
  readonly endBytes: number;
}

const invalid = (message: string): SelectFailure =>
  new SelectFailure('InvalidRequestParameter', `ScanRange: ${message}`);

const offsetOf = (name: string, text: string): number => {
  const offset = Number(text);
  if (!/^\d{1,19}$/.test(text.trim()) || !Number.isFinite(offset))
    throw invalid(`${name} must be a whole number of bytes`);
  return offset;
};

/** Both ends: the range. Start alone: to the object's end. End alone: the last End bytes. Throws InvalidRequestParameter. */
export const resolveScanRange = (
  range: { readonly Start?: string; readonly End?: string },
  sizeBytes: number,
): ScanRange => {
  const start = range.Start === undefined ? undefined : offsetOf('Start', range.Start);
  const end = range.End === undefined ? undefined : offsetOf('End', range.End);
  if (start === undefined && end === undefined) throw invalid('Start or End is required');
  const last = Math.max(0, sizeBytes - 1);
  if (start === undefined) return { startBytes: Math.max(0, sizeBytes - (end ?? 0)), endBytes: last };
  if (start > last) throw invalid(`Start ${start} lies past the end of ${sizeBytes} bytes`);
  if (end !== undefined && start > end) throw invalid(`Start ${start} is larger than End ${end}`);
  return { startBytes: start, endBytes: Math.min(end ?? last, last) };
};
