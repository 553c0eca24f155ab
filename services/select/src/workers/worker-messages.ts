/** What a query's two sides tell each other: the service, which has the bytes, and the worker thread, which has the engine. */
import type { ByteCounters } from '../core/ports.ts';
import type { SelectPlan } from '../core/request/select-plan.ts';
import type { SelectErrorCode } from '../core/select-error-code.ts';

/** Every message carries the number of its query, so that what comes late is known as such. */
export type ToWorker = { readonly query: number } & (
  | {
      readonly kind: 'start';
      readonly plan: SelectPlan;
      readonly nowMs: number;
      readonly payloadMaxBytes: number;
      /** One Int32: the number of the last query that is to stop. */
      readonly stopFlag: SharedArrayBuffer;
    }
  /** Bytes of the reading with that number; the worker owns them. */
  | { readonly kind: 'chunk'; readonly reading: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end-of-bytes'; readonly reading: number }
  /** One payload has been taken. */
  | { readonly kind: 'taken' }
  /** The stop flag was set: wake up if waiting. */
  | { readonly kind: 'wake' }
);

export type FromWorker = {
  readonly query: number;
} /** Begin a reading at the offset; readings before it are void. */ & (
  | { readonly kind: 'open'; readonly reading: number; readonly offsetBytes: number }
  /** One chunk was worked off. */
  | { readonly kind: 'consumed'; readonly reading: number }
  | { readonly kind: 'rows'; readonly payload: Uint8Array; readonly counters: ByteCounters }
  | { readonly kind: 'done'; readonly counters: ByteCounters }
  | {
      readonly kind: 'failed';
      readonly code: SelectErrorCode;
      readonly message: string;
      readonly fault: string | undefined;
    }
);
