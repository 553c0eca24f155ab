import { OUTBOX_ROWS_MAX } from '../limits.ts';

/** Bounds of scans. Those with a flag can be set: `flag` is what a refusal names. */
export interface ScanLimits {
  /** A scanner that nobody used for so long is let go of. */
  readonly idleMs: number;
  /** However much it is used: the moment that it holds costs the store. */
  readonly ageMs: number;
  /** Scanners of one bucket, and of this server. */
  readonly scannersPerBucketMax: number;
  readonly scannersMax: number;
  /** Most bytes of one batch, whatever is asked for. */
  readonly batchBytesMax: number;
}

export const SCAN_LIMITS: ScanLimits = {
  idleMs: 60_000,
  ageMs: 10 * 60_000,
  scannersPerBucketMax: 8,
  scannersMax: 200,
  batchBytesMax: 10 * 1024 * 1024,
};

/** Pause between looks for scanners that have expired. */
export const SCAN_SWEEP_MS = 10_000;

/** Longest work on a batch in one piece: other calls wait for so long. */
export const SCAN_SLICE_MS = 5;

/**
 * While others use the store, a scan works in shorter pieces, with a rest before each, and so does the sending of a batch. Batches are smaller, since a client
 * that takes one is busy too; but each is a call, which costs as much as reading a thousand rows when calls are far between, so they are not small.
 */
export const BUSY_SLICE_MS = 0.25;
export const BUSY_REST_MS = 40;
export const BUSY_SEND_REST_MS = 4;
export const BUSY_BATCH_BYTES_MAX = 512 * 1024;
/** The rest before a batch that is bound to less than this is shorter in proportion; however little it holds, it is a call. */
export const BUSY_FULL_REST_BYTES = 128 * 1024;
export const BUSY_REST_MIN_MS = 2;

/**
 * How often others have to use the store for that: more often than services ask it by themselves when nobody needs anything. The rate is looked at so
 * often, and forgets so slowly that it does not take the pauses between a few calls a second for nobody.
 */
export const BUSY_OPERATIONS_PER_SECOND = 8;
export const BUSY_LOOK_MS = 50;
export const BUSY_MEMORY_MS = 1000;

/** Rows between two looks at the clock. */
export const SCAN_SLICE_CHECK_ROWS = 32;

/** How long a resume token is good for. */
export const RESUME_TOKEN_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Rows that the outbox keeps for resume tokens below what its consumers have passed: a part of what it may hold at all. */
export const OUTBOX_HELD_ROWS_MAX = OUTBOX_ROWS_MAX / 10;
