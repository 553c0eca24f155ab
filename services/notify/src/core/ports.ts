/** What the rules of delivery need from the outside. Each port has a contract suite that every adapter passes. */
import type { CatalogPort } from '@needlestack/service-contracts';
import type { DeliveryOutcome, Failure, FailureReason } from './delivery-outcome.ts';
import type { QueueEntry } from './queue-entry.ts';

/** The part of the catalog that holds the change log and the rules of each bucket. */
export type OutboxPort = Pick<
  CatalogPort,
  'readOutbox' | 'advanceOutboxCursor' | 'getOutboxCursor' | 'listBuckets' | 'getBucketConfig'
>;

/**
 * The entries of one target that wait for delivery, cut into lanes by bucket and key.
 *
 * - Within a lane, entries come out in the order in which they were appended.
 * - An entry whose id already waits is not stored twice.
 * - An entry leaves only after its handler resolved; after a crash, those that were not acknowledged come again first.
 */
export interface DeliveryQueue {
  /** True when a stored entry outlives this process, so that the outbox cursor may pass it. */
  readonly isDurable: boolean;
  /**
   * Stores entries in order and resolves when they are safe. Returns how many, from the first on, are stored; fewer than given
   * means that the queue is full. Rejects when storage fails; some may then be stored, and appending again is harmless.
   */
  append(entries: readonly QueueEntry[]): Promise<number>;
  /**
   * Gives the lane's entries to `handle`, oldest first, one at a time, until `signal` aborts; resolves when the last call of `handle` has
   * settled. A rejected entry stays at the head of its lane and is handed out again.
   */
  consume(lane: number, handle: (entry: QueueEntry) => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Entries stored and not yet acknowledged. */
  depth(): number;
  /** When the oldest of them was queued; undefined when there is none, or when the driver cannot tell. */
  oldestQueuedAtMs(): number | undefined;
  /** Lowest seq not yet acknowledged; asked only of a queue that is not durable. */
  lowestPendingSeq(): bigint | undefined;
  /** To be called after all consumers have stopped. */
  close(): Promise<void>;
}

export interface DeadLetter {
  readonly entry: QueueEntry;
  readonly reason: FailureReason;
  /** At most 256 characters, no credentials. */
  readonly detail: string;
  readonly retryCount: number;
  readonly failedAtMs: number;
}

/** Events that a target refused for good, oldest seq first. The event id names a letter. */
export interface DeadLetterStore {
  /** Resolves when the letter is safe. Adding the same event again replaces it. */
  add(letter: DeadLetter): Promise<void>;
  remove(eventId: string): Promise<void>;
  get(eventId: string): Promise<DeadLetter | undefined>;
  /** Letters with a seq above `afterSeq`, at most `max`, oldest first. */
  list(request: { readonly afterSeq: bigint; readonly max: number }): Promise<readonly DeadLetter[]>;
  /** Ids of the letters of one `bucket/key`, oldest first. Answered from memory. */
  idsOfPath(path: string): readonly string[];
  count(): number;
  close(): Promise<void>;
}

/** Rules of buckets by seq, kept so that an event can be matched late. Rows may repeat. */
export interface RuleLog {
  /** Everything appended so far, and whether the log was there before it was opened. */
  load(): Promise<{ readonly rows: readonly RuleRow[]; readonly isNew: boolean }>;
  /** Resolves when the row is safe. */
  append(row: RuleRow): Promise<void>;
  /** Makes these the whole log, in one step that a crash cannot split. */
  replace(rows: readonly RuleRow[]): Promise<void>;
  close(): Promise<void>;
}

export interface RuleRow {
  readonly seq: bigint;
  readonly bucket: string;
  /** Stored form of the configuration; undefined when the rules were removed. */
  readonly configuration: Uint8Array | undefined;
}

/** A set of target ids that outlives the process: those that an operator paused, those that ever had a cursor. */
export interface TargetList {
  load(): Promise<ReadonlySet<string>>;
  /** Resolves when it is safe. */
  save(targetIds: ReadonlySet<string>): Promise<void>;
}

/** One receiver. Each type of target is an adapter of this port. */
export interface Target {
  /** Never rejects but for an abort: failures are outcomes. */
  send(entry: QueueEntry, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** Undefined when the receiver can be reached. */
  probe(signal: AbortSignal): Promise<Failure | undefined>;
  close(): Promise<void>;
}

export interface Clock {
  nowMs(): number;
  /** Resolves after the delay, or at once when the signal aborts. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** What happened, for metrics, logs and tests. Called synchronously at the named step; must not throw. */
export interface DeliveryEvents {
  /** Entries are in the queue; the cursor is not yet saved. */
  entriesStored(targetId: string, entries: readonly QueueEntry[]): void;
  cursorSaved(targetId: string, seq: bigint): void;
  /** Rows that no rule sent to this target. */
  rowsSkipped(targetId: string, count: number): void;
  /** The receiver took it; the queue does not know yet. */
  entryDelivered(targetId: string, entry: QueueEntry): void;
  entryRetried(targetId: string, entry: QueueEntry, failure: Failure): void;
  entryParked(targetId: string, letter: DeadLetter): void;
  targetPaused(targetId: string, failure: Failure): void;
  targetResumed(targetId: string): void;
  /** Something of ours failed and is tried again. */
  stepFailed(targetId: string, step: string, error: unknown): void;
}
