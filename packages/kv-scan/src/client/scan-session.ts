/**
 * The calls of one scan, in their order: the open, continuations, the farewell; in token mode, or after the server has lost the
 * scanner, opens with the token of the last answer.
 */
import { ScanError } from '../protocol/scan-error.ts';
import type { OpenScan, ScanKvAnswer, ScanKvPort, ScanKvRequest } from '../protocol/scan-messages.ts';
import { CALL_TIMEOUT_MS, CLOSE_TIMEOUT_MS } from './limits.ts';
import { openWithRetries } from './open-with-retries.ts';
import type { ScanTime } from './scan-time.ts';

export interface ScanSessionOptions {
  readonly port: ScanKvPort;
  readonly time: ScanTime;
  readonly open: OpenScan;
  readonly batchSizeBytes: number;
  readonly openTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly resumesAfterLoss: boolean;
}

/** The scanner is gone or out of reach; its token is not. */
const LOSSES: ReadonlySet<string> = new Set([
  'scanner-expired',
  'unknown-scanner-id',
  'storage-failed',
  'not-leader',
  'unavailable',
  'timed-out',
]);

const NO_FLAGS = { closeScanner: false, keepAlive: false } as const;

export class ScanSession {
  readonly #options: ScanSessionOptions;
  readonly #ended = new AbortController();
  /** Of calls that are not cancelled with the rest: an open whose answer nobody hears leaves a scanner behind. */
  readonly #abandoned = new AbortController();
  #scannerId: Uint8Array | undefined;
  #nextSeq = 1;
  #resumeToken: Uint8Array | undefined;
  #keepAlive: AbortController | undefined;
  #running: Promise<ScanKvAnswer> | undefined;
  #farewell: Promise<void> | undefined;

  constructor(options: ScanSessionOptions) {
    this.#options = options;
  }

  get resumeToken(): Uint8Array | undefined {
    return this.#resumeToken;
  }

  /** The next answer with rows. Rejects with ScanError, or with an AbortError once the session has ended. */
  ask(): Promise<ScanKvAnswer> {
    this.#keepAlive?.abort();
    this.#running = this.#ask();
    return this.#running;
  }

  /** Ends what is under way and says farewell to the server, once. Never rejects; an open gets a moment to be answered. */
  end(): Promise<void> {
    this.#farewell ??= this.#end();
    return this.#farewell;
  }

  async #ask(): Promise<ScanKvAnswer> {
    const answer = await (this.#scannerId === undefined ? this.#open() : this.#continue(this.#scannerId));
    this.#resumeToken = answer.resumeToken;
    if (!answer.hasMoreResults) this.#scannerId = undefined;
    else if (this.#scannerId !== undefined) void this.#keepFromExpiry(this.#scannerId);
    return answer;
  }

  /** The first call; in token mode every call. It may be repeated as it is. */
  async #open(): Promise<ScanKvAnswer> {
    const { port, time, open, batchSizeBytes, openTimeoutMs } = this.#options;
    const resumeToken = this.#resumeToken;
    const request: ScanKvRequest = {
      ...NO_FLAGS,
      open: resumeToken === undefined ? open : { ...open, mode: 'token', resumeToken },
      callSeqId: 0,
      batchSizeBytes,
    };
    const { signal } = this.#abandoned;
    const answer = await openWithRetries(
      (leftMs) => port.scanKv(request, { signal, deadlineMs: Math.min(CALL_TIMEOUT_MS, leftMs) }),
      { time, timeoutMs: openTimeoutMs, signal: this.#ended.signal },
    );
    if (answer.hasMoreResults && answer.scannerId === undefined && answer.resumeToken === undefined)
      throw new ScanError('broken-answer', 'there are more rows, but neither a scanner nor a token to ask for them');
    this.#scannerId = answer.scannerId;
    return answer;
  }

  async #continue(scannerId: Uint8Array): Promise<ScanKvAnswer> {
    const { port, batchSizeBytes, resumesAfterLoss } = this.#options;
    const request = { ...NO_FLAGS, scannerId, callSeqId: this.#nextSeq, batchSizeBytes };
    this.#nextSeq += 1;
    try {
      return await port.scanKv(request, { signal: this.#ended.signal, deadlineMs: CALL_TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof ScanError) || !LOSSES.has(error.code)) throw error;
      const isGone = error.code === 'scanner-expired' || error.code === 'unknown-scanner-id';
      if (isGone) this.#scannerId = undefined;
      if (!resumesAfterLoss || this.#resumeToken === undefined) throw error;
      if (!isGone) await this.#sayFarewell();
      return this.#open();
    }
  }

  /** Tells the server that the caller is slow, not gone, until the next call. */
  async #keepFromExpiry(scannerId: Uint8Array): Promise<void> {
    const { port, time, keepAliveMs } = this.#options;
    const stop = new AbortController();
    this.#keepAlive = stop;
    const signal = AbortSignal.any([stop.signal, this.#ended.signal]);
    try {
      for (;;) {
        await time.sleep(keepAliveMs, signal, true);
        await port.scanKv({ closeScanner: false, keepAlive: true, scannerId }, { signal, deadlineMs: keepAliveMs });
      }
    } catch {
      // Ended, or in vain: the next call will say so.
    }
  }

  async #end(): Promise<void> {
    this.#ended.abort();
    const answered = new AbortController();
    const abandon = (): void => this.#abandoned.abort();
    this.#options.time.sleep(CLOSE_TIMEOUT_MS, answered.signal, true).then(abandon, () => undefined);
    await this.#running?.catch(() => undefined);
    answered.abort();
    await this.#sayFarewell();
  }

  async #sayFarewell(): Promise<void> {
    const scannerId = this.#scannerId;
    if (scannerId === undefined) return;
    this.#scannerId = undefined;
    try {
      await this.#options.port.scanKv(
        { closeScanner: true, keepAlive: false, scannerId },
        { deadlineMs: CLOSE_TIMEOUT_MS },
      );
    } catch {
      // The server will let go by itself.
    }
  }
}
