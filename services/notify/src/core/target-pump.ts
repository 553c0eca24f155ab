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
import type { FailureReason } from './delivery-outcome.ts';
import { ENTRIES_PER_GROUP_MAX, OUTBOX_WAIT_MS, QUEUE_RETRY_MS } from './limits.ts';
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

/** A cursor that waits for deliveries is looked at this often while no new row comes. */
const PENDING_CURSOR_WAIT_MS = 250;

/** Name under which the catalog keeps the cursor of a target. */
export function cursorNameOf(targetId: string): string {
  return `notify:${targetId}`;
}

export class TargetPump {
  readonly #parts: TargetPumpParts;
  /** Next row to read. */
  #position: bigint;
  /** What the catalog knows. */
  #savedCursor: bigint;
  #rewindTo: bigint | undefined;
  #interruptWait = new AbortController();
  /** Why rows wait in the outbox although they are known. */
  #blockedBy: FailureReason | undefined;

  constructor(parts: TargetPumpParts, startSeq: bigint) {
    this.#parts = parts;
    this.#position = startSeq;
    this.#savedCursor = startSeq;
  }

  /** Every row below this needs no further reading by this target. */
  get cursor(): bigint {
    return this.#savedCursor;
  }

  get blockedBy(): FailureReason | undefined {
    return this.#blockedBy;
  }

  /** Reads again from `seq` on. What was delivered is delivered again, with the same ids. */
  rewind(seq: bigint): void {
    this.#rewindTo = seq;
    this.#interruptWait.abort();
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
    const { feed, queue } = this.#parts;
    const waitMs = this.#savedCursor < this.#position ? PENDING_CURSOR_WAIT_MS : OUTBOX_WAIT_MS;
    const page = await feed.read(this.#position, waitMs, AbortSignal.any([signal, this.#interruptWait.signal]));
    if (signal.aborted || this.#rewindTo !== undefined) return;
    for (let start = 0; start < page.rows.length; start += ENTRIES_PER_GROUP_MAX) {
      const isStored = await this.#storeGroup(page.rows.slice(start, start + ENTRIES_PER_GROUP_MAX));
      if (isStored) continue;
      this.#blockedBy = 'queue_full';
      await this.#saveCursor();
      await this.#parts.clock.sleep(QUEUE_RETRY_MS, signal);
      return;
    }
    this.#blockedBy = undefined;
    this.#position = page.nextSeq;
    if (queue.isDurable || this.#savedCursor < this.#position) await this.#saveCursor();
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
    if (queue.isDurable) await this.#saveCursor();
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

  async #saveCursor(): Promise<void> {
    const { outbox, queue, targetId, events } = this.#parts;
    const pending = queue.isDurable ? undefined : queue.lowestPendingSeq();
    const cursor = pending === undefined ? this.#position : lowerSeq(pending, this.#position);
    if (cursor === this.#savedCursor) return;
    await outbox.advanceOutboxCursor(cursorNameOf(targetId), cursor);
    this.#savedCursor = cursor;
    events.cursorSaved(targetId, cursor);
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
