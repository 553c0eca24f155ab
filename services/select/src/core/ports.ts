import type { SelectPlan } from './request/select-plan.ts';
import type { SelectErrorCode } from './select-error-code.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Calls `fire` once after the time; the answer takes that back. Must not keep a process alive. */
  startTimer(delayMs: number, fire: () => void): () => void;
}

export interface ByteCounters {
  /** Bytes read from the object. */
  readonly scannedBytes: number;
  /** Bytes after decompression. */
  readonly processedBytes: number;
}

/** The object's bytes from an offset to its end. */
export type OpenBytes = (offsetBytes: number, signal: AbortSignal) => AsyncIterable<Uint8Array>;

export interface QueryJob {
  readonly plan: SelectPlan;
  /** What UTCNOW() is. */
  readonly nowMs: number;
  /** For fair sharing. */
  readonly principalId: string;
  readonly openBytes: OpenBytes;
}

/** Some rows of a result, or its end. */
export type QueryOutput =
  | { readonly kind: 'rows'; readonly payload: Uint8Array; readonly counters: ByteCounters }
  | { readonly kind: 'end'; readonly counters: ByteCounters };

/** Runs queries somewhere else than on the caller's thread. */
export interface QueryExecutor {
  /**
   * The result in order; the last output is the end. Throws SelectFailure: SlowDown when too many wait, Busy when the query takes too
   * long, and what the query itself fails with, after the rows found before. Ends at once when `signal` aborts.
   */
  execute(job: QueryJob, signal: AbortSignal): AsyncIterable<QueryOutput>;
}

/** What the core tells of its work; one function per event. */
export interface SelectEvents {
  /** A query got its place after that wait. */
  queryAdmitted(waitMs: number): void;
  queryEnded(query: EndedQuery): void;
  workerKilled(): void;
  /** A fault of ours, of which the client is told nothing. */
  faultSeen(error: unknown): void;
}

export interface EndedQuery {
  /** `OK`, `Cancelled`, or the code it failed with. */
  readonly result: 'OK' | 'Cancelled' | SelectErrorCode;
  readonly counters: ByteCounters;
  readonly returnedBytes: number;
  readonly durationMs: number;
}
