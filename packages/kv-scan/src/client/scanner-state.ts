/** The life of a scanner as data: a cell that is missing does not compile. */

/** `pending`: nothing was asked yet. `active`: the server has more. `done`: the end, or the error that is thrown from now on. */
export type ScannerState = 'pending' | 'active' | 'done';

/** What an answer said, or what happened in its place; `stopped` is the caller's will. */
export type ScannerEvent = 'more' | 'end' | 'failed' | 'stopped';

const NEXT: Readonly<Record<ScannerState, Readonly<Record<ScannerEvent, ScannerState>>>> = {
  pending: { more: 'active', end: 'done', failed: 'done', stopped: 'done' },
  active: { more: 'active', end: 'done', failed: 'done', stopped: 'done' },
  done: { more: 'done', end: 'done', failed: 'done', stopped: 'done' },
};

export const nextScannerState = (state: ScannerState, event: ScannerEvent): ScannerState => NEXT[state][event];
