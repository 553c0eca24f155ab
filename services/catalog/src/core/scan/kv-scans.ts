/**
 * The ScanKv call: opens scanners over a moment of the store, goes on with them, lets go of them. What a scan shows is in scan-filter.ts,
 * which scanners there are in scanner-registry.ts, how a batch is built in read-batch.ts.
 */
import { ScanError, type ScanKvAnswer, type ScanKvRequest } from '@needlestack/kv-scan/protocol';
import { KvError, type OrderedKv, type PinnedView } from '@needlestack/ordered-kv';
import { OutboxHolds } from '../outbox/outbox-holds.ts';
import { readLogOffset, readOutboxFloorOf } from '../outbox/read-log-offset.ts';
import type { Clock, RandomBytes } from '../ports.ts';
import { StoredSecret } from '../stored-secret.ts';
import { type CheckedScanRequest, checkScanRequest } from './check-scan-request.ts';
import { type Batch, readBatch } from './read-batch.ts';
import { decodeResumeToken, encodeResumeToken, type ResumePoint } from './resume-token.ts';
import { SCAN_START, type ScanFilter } from './scan-filter.ts';
import type { ScanLimits } from './scan-limits.ts';
import { type PacingParts, ScanPacing } from './scan-pacing.ts';
import { type Scanner, ScannerRegistry } from './scanner-registry.ts';

export interface KvScansParts {
  readonly kv: OrderedKv;
  readonly limits: ScanLimits;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly pacing: Pick<PacingParts, 'now' | 'pause'>;
  readonly events: ScanEvents;
}

/** What scans tell of themselves. */
export interface ScanEvents {
  batchGiven(recordsBytes: number): void;
  scannersExpired(count: number): void;
  scanFailed(error: unknown): void;
}

export interface ScanCaller {
  /** Scanners and tokens are bound to it. */
  readonly principal: string;
  readonly signal?: AbortSignal;
}

type OpenRequest = Extract<CheckedScanRequest, { kind: 'open' }>;
type ContinueRequest = Extract<CheckedScanRequest, { kind: 'continue' }>;

const EMPTY_ANSWER: ScanKvAnswer = { hasMoreResults: false, records: Buffer.alloc(0), snapshotChanged: false };

export class KvScans {
  readonly #kv: OrderedKv;
  readonly #limits: ScanLimits;
  readonly #clock: Clock;
  readonly #pacing: ScanPacing;
  readonly #events: ScanEvents;
  readonly #registry: ScannerRegistry;
  readonly #tokenKey: StoredSecret;
  readonly #holds: OutboxHolds;
  #isStopping = false;

  constructor({ kv, limits, clock, randomBytes, pacing, events }: KvScansParts) {
    this.#kv = kv;
    this.#limits = limits;
    this.#clock = clock;
    this.#pacing = new ScanPacing({ ...pacing, operationCount: () => kv.operationCount ?? 0 });
    this.#events = events;
    this.#registry = new ScannerRegistry({ limits, clock, randomBytes });
    this.#tokenKey = new StoredSecret(kv, 'resume-tokens', randomBytes);
    this.#holds = new OutboxHolds(kv, clock);
  }

  /** Scanners that are open. */
  get openScanners(): number {
    return this.#registry.size;
  }

  /** While others use the store, a batch is sent in pieces, with rests between them. */
  restWhileSending(): Promise<void> | undefined {
    return this.#pacing.restWhileSending();
  }

  /** Rejects with ScanError, or with the reason of the caller's signal. */
  async scanKv(request: ScanKvRequest, caller: ScanCaller): Promise<ScanKvAnswer> {
    const checked = checkScanRequest(request);
    switch (checked.kind) {
      case 'close':
        await this.#registry.close(checked.id, caller.principal);
        return EMPTY_ANSWER;
      case 'keep-alive':
        this.#registry.find(checked.id, caller.principal).usedAtMs = this.#clock();
        return { ...EMPTY_ANSWER, hasMoreResults: true };
      case 'continue':
        return this.#continue(checked, caller);
      case 'open':
        return this.#open(checked, caller);
    }
  }

  /** Lets go of scanners that nobody uses; to be called now and then. */
  async sweep(): Promise<void> {
    const count = await this.#registry.sweep();
    if (count > 0) this.#events.scannersExpired(count);
  }

  /** From now on nothing is opened; what is open has expired. */
  async stop(why = 'the server is stopping'): Promise<void> {
    this.#isStopping = true;
    await this.#registry.expireAll(why);
  }

  async #open(request: OpenRequest, caller: ScanCaller): Promise<ScanKvAnswer> {
    if (this.#isStopping) throw new ScanError('not-leader', 'the server is stopping');
    const { filter } = request;
    const slot = this.#registry.takeSlot(filter);
    let view: PinnedView | undefined;
    let isKept = false;
    try {
      const tokenKey = await this.#prepare();
      const resumed = this.#readToken(request, tokenKey, caller);
      const held = await this.#kv.pin();
      view = held;
      const place = resumed?.place ?? SCAN_START;
      const bytesMax = this.#boundBatch(request.batchBytes);
      // At once: a database answers several questions in the time of one.
      const [readSeq, batch] = await bothSettled(
        readSequenceOf(held, resumed),
        readBatch({ view: held, filter, place, bytesMax }, this.#pacing, caller.signal),
      );
      caller.signal?.throwIfAborted();
      const resumeToken = this.#makeToken(filter, { place: batch.place, readSeq }, tokenKey, caller);
      isKept = batch.hasMore && request.mode === 'pinned' && !this.#isStopping;
      const owner = caller.principal;
      const scanner = isKept
        ? this.#registry.add({
            owner,
            filter,
            view: held,
            readSeq,
            place: batch.place,
            batchBytes: batch.records.length,
            resumeToken,
            slot,
          })
        : undefined;
      return {
        ...this.#show(batch, resumeToken, resumed !== undefined),
        logOffset: readSeq,
        ...(scanner === undefined ? {} : { scannerId: scanner.id }),
      };
    } catch (error) {
      throw this.#asScanError(error, caller);
    } finally {
      if (!isKept) {
        await view?.release();
        slot.free();
      }
    }
  }

  async #continue(request: ContinueRequest, caller: ScanCaller): Promise<ScanKvAnswer> {
    const scanner = this.#registry.find(request.id, caller.principal);
    if (scanner.isBusy) throw new ScanError('invalid-scan-request', 'the scanner is busy with another call');
    if (request.seq !== scanner.nextSeq)
      throw new ScanError('invalid-scan-request', `call_seq_id ${request.seq}: expected ${scanner.nextSeq}`);
    scanner.isBusy = true;
    scanner.usedAtMs = this.#clock();
    try {
      return await this.#readNext(scanner, this.#boundBatch(request.batchBytes), caller);
    } catch (error) {
      // A caller that is gone has taken nothing: it may ask for the same batch again. After anything else the place is not certain.
      if (caller.signal?.aborted !== true) await this.#registry.remove(scanner);
      throw this.#asScanError(error, caller);
    } finally {
      await this.#registry.finishWork(scanner);
    }
  }

  async #readNext(scanner: Scanner, bytesMax: number, caller: ScanCaller): Promise<ScanKvAnswer> {
    const { view, filter, place, readSeq, batchBytes: likelyBytes } = scanner;
    const tokenKey = await this.#tokenKey.get();
    const batch = await readBatch({ view, filter, place, bytesMax, likelyBytes }, this.#pacing, caller.signal);
    caller.signal?.throwIfAborted();
    const resumeToken = this.#makeToken(filter, { place: batch.place, readSeq }, tokenKey, caller);
    scanner.place = batch.place;
    scanner.batchBytes = batch.records.length;
    scanner.resumeToken = resumeToken;
    scanner.nextSeq += 1;
    scanner.usedAtMs = this.#clock();
    if (!batch.hasMore) await this.#registry.remove(scanner);
    return this.#show(batch, resumeToken, false);
  }

  /** What must be in the store before a moment is held that a token may speak of. */
  async #prepare(): Promise<Buffer> {
    await this.#holds.ensure();
    return this.#tokenKey.get();
  }

  #readToken({ resumeToken, filter }: OpenRequest, key: Buffer, caller: ScanCaller): ResumePoint | undefined {
    if (resumeToken === undefined) return undefined;
    return decodeResumeToken(resumeToken, filter, { key, principal: caller.principal, nowMs: this.#clock() });
  }

  #makeToken(filter: ScanFilter, point: ResumePoint, key: Buffer, caller: ScanCaller): Buffer {
    return encodeResumeToken(filter, point, { key, principal: caller.principal, nowMs: this.#clock() });
  }

  #show({ records, hasMore }: Batch, resumeToken: Buffer, snapshotChanged: boolean): ScanKvAnswer {
    this.#events.batchGiven(records.length);
    return { hasMoreResults: hasMore, records, snapshotChanged, ...(hasMore ? { resumeToken } : {}) };
  }

  #boundBatch(batchBytes: number): number {
    return Math.min(batchBytes, this.#limits.batchBytesMax);
  }

  #asScanError(error: unknown, { signal }: ScanCaller): unknown {
    if (error instanceof ScanError || signal?.aborted === true) return error;
    if (error instanceof KvError) {
      if (error.code === 'too-many-pins') return new ScanError('too-many-scanners', error.message, { cause: error });
      if (error.code === 'closed' || error.code === 'unavailable')
        return new ScanError('not-leader', `the store does not answer: ${error.message}`, { cause: error });
    }
    this.#events.scanFailed(error);
    return new ScanError('storage-failed', 'rows could not be read', { cause: error });
  }
}

/** The view is let go of afterwards: none of the two may still be at work in it when the other has failed. */
async function bothSettled<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b]);
  return Promise.all([a, b]);
}

/** From where on the changes can be replayed; a token promises that they still can. ScanError `scanner-expired`. */
async function readSequenceOf(view: PinnedView, resumed: ResumePoint | undefined): Promise<bigint> {
  if (resumed === undefined) return readLogOffset(view);
  const floor = await readOutboxFloorOf(view);
  if (resumed.readSeq < floor)
    throw new ScanError(
      'scanner-expired',
      `the log of changes begins at ${floor}, behind ${resumed.readSeq} of the resume token: begin anew`,
    );
  return resumed.readSeq;
}
