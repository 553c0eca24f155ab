/**
 * A scan of one bucket of one table, batch after batch. States and events: scanner-state.ts.
 *
 * Invariants
 * - The state changes when an answer is in, not when its question is sent.
 * - One call for rows is under way at a time. The next is sent when a batch is handed out, so that there are two batches at most: the
 *   caller's and the one to come.
 * - An open may be repeated, a continuation never: its number in the sequence may be used up.
 * - The first error is kept, and thrown by every call after it.
 */
import { ScanError } from '../protocol/scan-error.ts';
import type { ScanKvAnswer, ScanKvPort } from '../protocol/scan-messages.ts';
import { SCAN_TABLES, type ScanColumn, type ScanTableName, whyNotScannable } from '../protocol/scan-tables.ts';
import { KEEP_ALIVE_MS, OPEN_TIMEOUT_MS, SCANNER_KV_FETCH_MAX_BYTES } from './limits.ts';
import { ScanBatch } from './scan-batch.ts';
import { ScanSession } from './scan-session.ts';
import { type ScanTime, SYSTEM_TIME } from './scan-time.ts';
import { nextScannerState, type ScannerEvent, type ScannerState } from './scanner-state.ts';

export interface KvBatchScannerOptions {
  readonly port: ScanKvPort;
  readonly table: ScanTableName;
  readonly bucketId: number;
  /** Most rows of the whole scan; none when absent or not above 0. */
  readonly limit?: number;
  /** Rows from this key on. */
  readonly startKey?: Uint8Array;
  /** Only rows whose keys begin so. */
  readonly prefix?: Uint8Array;
  /** What of each row goes into its value; `value` unless given. */
  readonly column?: ScanColumn;
  /** Most bytes of a batch; 4 MiB unless given. The server has a bound of its own. */
  readonly scannerKvFetchMaxBytes?: number;
  /**
   * `pinned` (the default): one moment, held by the server. `token`: nothing is held, rows are shown as they are when they are read.
   */
  readonly mode?: 'pinned' | 'token';
  /** `resume`: when the server has lost the scanner, go on in token mode; such batches say `snapshotChanged`. `fail` unless given. */
  readonly afterLoss?: 'fail' | 'resume';
  /** How long opening may take with all its tries; 30 s unless given. */
  readonly openTimeoutMs?: number;
  /** A scanner whose caller is slow is kept alive at this pace; 20 s unless given. */
  readonly keepAliveMs?: number;
  /** Ends the scan like `close`, and makes its reason the scanner's error. */
  readonly signal?: AbortSignal;
  readonly time?: ScanTime;
}

export interface NextBatchOptions {
  /** After so long an empty batch is returned; what was asked stays asked. No bound unless given. */
  readonly timeoutMs?: number;
  /** Ends the scan. */
  readonly signal?: AbortSignal;
}

/** What came of a call; never a rejection, so that nobody has to wait for it. */
type Outcome = { readonly answer: ScanKvAnswer } | { readonly error: unknown };

const TIME_IS_UP = Symbol('time is up');
const NOTHING = new ScanBatch(Buffer.alloc(0), false);

export class KvBatchScanner implements AsyncDisposable {
  readonly table: ScanTableName;
  readonly bucketId: number;
  readonly #session: ScanSession;
  readonly #time: ScanTime;
  readonly #signal: AbortSignal | undefined;
  #state: ScannerState = 'pending';
  #error: { readonly thrown: unknown } | undefined;
  #coming: Promise<Outcome> | undefined;
  /** Callers that come at the same time are served one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #logOffset: bigint | undefined;
  /** Of whoever waits for an answer: the scan is done, there is no need to wait longer. */
  #giveUp: (() => void) | undefined;

  /** Use `createKvBatchScanner`, which checks. */
  constructor(options: KvBatchScannerOptions) {
    this.table = options.table;
    this.bucketId = options.bucketId;
    this.#time = options.time ?? SYSTEM_TIME;
    this.#signal = options.signal;
    const { limit, startKey, prefix, column } = options;
    this.#session = new ScanSession({
      port: options.port,
      time: this.#time,
      open: {
        tableId: SCAN_TABLES[options.table].id,
        bucketId: options.bucketId,
        columns: column === undefined ? [] : [column],
        mode: options.mode ?? 'pinned',
        ...(limit === undefined ? {} : { limit }),
        ...(startKey === undefined ? {} : { startKey }),
        ...(prefix === undefined ? {} : { prefix }),
      },
      batchSizeBytes: options.scannerKvFetchMaxBytes ?? SCANNER_KV_FETCH_MAX_BYTES,
      openTimeoutMs: options.openTimeoutMs ?? OPEN_TIMEOUT_MS,
      keepAliveMs: options.keepAliveMs ?? KEEP_ALIVE_MS,
      resumesAfterLoss: options.afterLoss === 'resume',
    });
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get state(): ScannerState {
    return this.#state;
  }

  /** Where to read the outbox from, to go on where this scan's moment ends; known with the first batch. */
  get logOffset(): bigint | undefined {
    return this.#logOffset;
  }

  /** Where another scanner could go on behind the last batch; undefined before the first and at the end. */
  get resumeToken(): Uint8Array | undefined {
    return this.#state === 'active' ? this.#session.resumeToken : undefined;
  }

  /**
   * The next rows, or null when there are no more. The first call opens the scanner. Rejects with ScanError or the reason of a signal,
   * and from then on always with the same.
   */
  nextBatch(options: NextBatchOptions = {}): Promise<ScanBatch | null> {
    const next = this.#turn.then(() => this.#next(options));
    this.#turn = next.then(
      () => undefined,
      () => undefined,
    );
    return next;
  }

  /** All batches to the end. Leaving the loop closes the scanner. */
  async *batches({ signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<ScanBatch, void, undefined> {
    try {
      const options = signal === undefined ? {} : { signal };
      for (let batch = await this.nextBatch(options); batch !== null; batch = await this.nextBatch(options))
        yield batch;
    } finally {
      await this.close();
    }
  }

  /** Lets the server let go of what it holds. Never rejects; does nothing at the end of a scan. */
  async close(): Promise<void> {
    if (this.#state !== 'done') this.#move('stopped');
    await this.#session.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #next({ timeoutMs, signal }: NextBatchOptions): Promise<ScanBatch | null> {
    if (signal?.aborted === true) this.#stop(signal.reason);
    if (this.#signal?.aborted === true) this.#stop(this.#signal.reason);
    if (this.#state === 'done') {
      if (this.#error !== undefined) throw this.#error.thrown;
      return null;
    }
    this.#coming ??= this.#send();
    const stopNow = (): void => this.#stop(signal?.reason);
    signal?.addEventListener('abort', stopNow, { once: true });
    const outcome = await this.#withinTime(this.#coming, timeoutMs).finally(() =>
      signal?.removeEventListener('abort', stopNow),
    );
    // The scan may have been ended while its answer was on the way.
    if (this.state === 'done') return this.#next({});
    if (outcome === TIME_IS_UP) return NOTHING;
    this.#coming = undefined;
    if ('error' in outcome) {
      await this.#fail(outcome.error);
      throw outcome.error;
    }
    return this.#take(outcome.answer);
  }

  #take(answer: ScanKvAnswer): ScanBatch | null {
    this.#logOffset ??= answer.logOffset;
    this.#move(answer.hasMoreResults ? 'more' : 'end');
    if (answer.hasMoreResults) this.#coming = this.#send();
    else if (answer.records.length === 0) return null;
    return new ScanBatch(answer.records, answer.snapshotChanged);
  }

  #send(): Promise<Outcome> {
    return this.#session.ask().then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
  }

  /** The outcome, unless the time is up or the scan is ended before. Nothing that lives longer may hold on to it: it has a batch. */
  async #withinTime(coming: Promise<Outcome>, timeoutMs: number | undefined): Promise<Outcome | typeof TIME_IS_UP> {
    const { promise, resolve } = Promise.withResolvers<Outcome | typeof TIME_IS_UP>();
    const enough = new AbortController();
    const giveUp = (): void => resolve(TIME_IS_UP);
    this.#giveUp = giveUp;
    void coming.then(resolve);
    if (timeoutMs !== undefined) this.#time.sleep(timeoutMs, enough.signal).then(giveUp, () => undefined);
    try {
      return await promise;
    } finally {
      this.#giveUp = undefined;
      enough.abort();
    }
  }

  readonly #onAbort = (): void => this.#stop(this.#signal?.reason);

  /** The caller wants no more: what it said is the error from now on. */
  #stop(reason: unknown): void {
    if (this.#state === 'done') return;
    this.#error = { thrown: reason };
    this.#move('stopped');
    void this.#session.end();
  }

  async #fail(error: unknown): Promise<void> {
    this.#error = { thrown: error };
    this.#move('failed');
    await this.#session.end();
  }

  #move(event: ScannerEvent): void {
    this.#state = nextScannerState(this.#state, event);
    if (this.#state !== 'done') return;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#giveUp?.();
  }
}

/** ScanError `invalid-scan-request` at once for a log, a bucket out of range, a foreign column or a size that is none. */
export function createKvBatchScanner(options: KvBatchScannerOptions): KvBatchScanner {
  const { table, bucketId, column, scannerKvFetchMaxBytes = SCANNER_KV_FETCH_MAX_BYTES } = options;
  if (!Object.hasOwn(SCAN_TABLES, table)) throw new ScanError('invalid-scan-request', `there is no table ${table}`);
  const why = whyNotScannable(SCAN_TABLES[table], bucketId, column === undefined ? [] : [column]);
  if (why !== undefined) throw new ScanError('invalid-scan-request', why);
  if (!Number.isInteger(scannerKvFetchMaxBytes) || scannerKvFetchMaxBytes < 1 || scannerKvFetchMaxBytes > 0x7fff_ffff)
    throw new ScanError(
      'invalid-scan-request',
      `scannerKvFetchMaxBytes ${scannerKvFetchMaxBytes}: expected 1 to ${0x7fff_ffff}`,
    );
  return new KvBatchScanner(options);
}
