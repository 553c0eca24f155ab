/**
 * Moves one target's events from the change log into its queue.
 *
 * - P1 The cursor is saved only after every matching row below it is in a durable queue, or is delivered when the queue is not durable.
 * - P2 A full or failing queue stops this pump alone; its cursor stays and no row is skipped.
 */
import type { RuleTimeline } from '@needlestack/event-model';
import type { OutboxRow } from '@needlestack/service-contracts';
import { applyRuleRow } from './apply-rule-row.ts';
import { buildEntry, type EntryForm } from './build-entry.ts';
import { CursorSaver } from './cursor-saver.ts';
import type { FailureReason } from './delivery-outcome.ts';
import { CURSOR_SAVE_INTERVAL_MS, ENTRIES_PER_GROUP_MAX, OUTBOX_WAIT_MS, QUEUE_RETRY_MS } from './limits.ts';
import { lowerSeq } from './lower-seq.ts';
import type { OutboxFeed } from './outbox-feed.ts';
import type { Clock, DeliveryEvents, DeliveryQueue, OutboxPort } from './ports.ts';
import type { QueueEntry } from './queue-entry.ts';
import { rowToEvent } from './row-to-event.ts';
import { systemCodeOf } from './system-code.ts';
import { buildTestEntry } from './test-entry.ts';

export interface TargetPumpParts {
  readonly targetId: string;
  readonly feed: OutboxFeed;
  readonly timeline: RuleTimeline;
  readonly outbox: OutboxPort;
  readonly queue: DeliveryQueue;
  readonly form: EntryForm;
  /** Whether a test event is sent when rules naming the target are stored. */
  readonly sendsTestEvent: boolean;
  readonly clock: Clock;
  readonly events: DeliveryEvents;
}

/** Name under which the catalog keeps the cursor of a target. */
export function cursorNameOf(targetId: string): string {
  return `notify:${targetId}`;
}

export class TargetPump {
  readonly #parts: TargetPumpParts;
  readonly #cursor: CursorSaver;
  /** Next row to read. */
  #position: bigint;
  #rewindTo: bigint | undefined;
  #interruptWait = new AbortController();
  /** Why rows wait in the outbox although they are known. */
  #blockedBy: FailureReason | undefined;

  constructor(parts: TargetPumpParts, startSeq: bigint) {
    this.#parts = parts;
    this.#position = startSeq;
    const { outbox, clock, events, targetId } = parts;
    const onSaved = (seq: bigint): void => events.cursorSaved(targetId, seq);
    this.#cursor = new CursorSaver({ outbox, clock, consumers: [cursorNameOf(targetId)], onSaved }, startSeq);
  }

  /** Every row below this needs no further reading by this target, also after a crash. */
  get cursor(): bigint {
    return this.#cursor.cursor;
  }

  get blockedBy(): FailureReason | undefined {
    return this.#blockedBy;
  }

  /** Reads again from `seq` on. What was delivered is delivered again, with the same ids. */
  rewind(seq: bigint): void {
    this.#rewindTo = seq;
    this.#interruptWait.abort();
  }

  /** To be called when nothing is delivered any more, so that a graceful restart repeats nothing. */
  async saveAtLast(): Promise<void> {
    try {
      await this.#offerCursor();
      await this.#cursor.flush();
    } catch (error) {
      this.#parts.events.stepFailed(this.#parts.targetId, 'save the cursor at the end', error);
    }
  }

  /** Runs until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#step(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#blockedBy = isDiskFull(error) ? 'queue_disk_full' : 'queue_failed';
        this.#parts.events.stepFailed(this.#parts.targetId, 'move events into the queue', error);
        await this.#parts.clock.sleep(QUEUE_RETRY_MS, signal);
      }
    }
  }

  async #step(signal: AbortSignal): Promise<void> {
    this.#applyRewind();
    const { feed } = this.#parts;
    const waitMs = this.cursor < this.#position ? CURSOR_SAVE_INTERVAL_MS : OUTBOX_WAIT_MS;
    const page = await feed.read(this.#position, waitMs, AbortSignal.any([signal, this.#interruptWait.signal]));
    if (signal.aborted || this.#rewindTo !== undefined) return;
    for (let start = 0; start < page.rows.length; start += ENTRIES_PER_GROUP_MAX) {
      const isStored = await this.#storeGroup(page.rows.slice(start, start + ENTRIES_PER_GROUP_MAX));
      if (isStored) continue;
      this.#blockedBy = 'queue_full';
      await this.#offerCursor();
      await this.#parts.clock.sleep(QUEUE_RETRY_MS, signal);
      return;
    }
    this.#blockedBy = undefined;
    this.#position = page.nextSeq;
    await this.#offerCursor();
  }

  /** Returns false when the queue had no room for all of them; the position is then at the first that is missing. */
  async #storeGroup(rows: readonly OutboxRow[]): Promise<boolean> {
    const { queue, events, targetId } = this.#parts;
    const entries = rows.flatMap((row) => this.#match(row));
    const stored = entries.length === 0 ? 0 : await queue.append(entries);
    if (stored > 0) events.entriesStored(targetId, entries.slice(0, stored));
    const missing = entries[stored];
    if (missing !== undefined) {
      this.#position = missing.seq;
      return false;
    }
    const last = rows.at(-1);
    if (last !== undefined) this.#position = last.seq + 1n;
    events.rowsSkipped(targetId, rows.length - entries.length);
    await this.#offerCursor();
    return true;
  }

  #match(row: OutboxRow): readonly QueueEntry[] {
    if (row.change.kind === 'rules') return this.#matchRuleChange(row, row.change.configuration);
    const { timeline, targetId, clock, form } = this.#parts;
    const event = rowToEvent(row);
    if (event === undefined) return [];
    const match = timeline
      .match(event.seq, event.bucket, event.eventName, event.key)
      .find((candidate) => candidate.targetId === targetId);
    return match === undefined ? [] : [buildEntry(event, match.configurationId, clock.nowMs(), form)];
  }

  #matchRuleChange(row: OutboxRow, configuration: Uint8Array | undefined): readonly QueueEntry[] {
    const { timeline, targetId, clock, form, sendsTestEvent } = this.#parts;
    // After a rewind, rules from before the present history come back this way.
    applyRuleRow(timeline, { seq: row.seq, bucket: row.bucket, configuration });
    if (!sendsTestEvent || !timeline.names(row.seq + 1n, row.bucket, targetId)) return [];
    const facts = { bucket: row.bucket, seq: row.seq, atMs: clock.nowMs(), requestId: '' };
    return [buildTestEntry(facts, form.origin)];
  }

  async #offerCursor(): Promise<void> {
    const { queue } = this.#parts;
    const pending = queue.isDurable ? undefined : queue.lowestPendingSeq();
    await this.#cursor.offer(pending === undefined ? this.#position : lowerSeq(pending, this.#position));
  }

  #applyRewind(): void {
    if (this.#rewindTo === undefined) return;
    this.#position = this.#rewindTo;
    this.#rewindTo = undefined;
    this.#interruptWait = new AbortController();
  }
}

function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemCodeOf(error));
}
