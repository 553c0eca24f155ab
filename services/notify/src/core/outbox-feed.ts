/**
 * The one reader at the head of the change log. It keeps the rules' history and hands rows to everybody else.
 *
 * - F1 A rule change is in the rule log and in the timeline before the head passes it.
 * - F2 Nobody reads beyond the head; so whoever matches a row knows every rule that was set before it.
 * - F3 The ring holds every row from its start to the head; rows below it are read from the catalog again.
 * - F4 The saved cursor never passes a row that was not handled.
 */
import type { RuleTimeline } from '@needlestack/event-model';
import type { OutboxPage, OutboxRow } from '@needlestack/service-contracts';
import { applyRuleRow } from './apply-rule-row.ts';
import { CursorSaver } from './cursor-saver.ts';
import {
  CURSOR_SAVE_INTERVAL_MS,
  LIVE_RING_ROWS,
  OUTBOX_ROWS_PER_READ_MAX,
  OUTBOX_WAIT_MS,
  QUEUE_RETRY_MS,
} from './limits.ts';
import { lowerSeq } from './lower-seq.ts';
import type { Clock, DeliveryEvents, OutboxPort, RuleLog } from './ports.ts';

/** Name under which the catalog keeps the feed's cursor. */
export const FEED_CONSUMER = 'notify';

export interface OutboxFeedParts {
  readonly outbox: OutboxPort;
  readonly timeline: RuleTimeline;
  readonly ruleLog: RuleLog;
  readonly clock: Clock;
  readonly events: Pick<DeliveryEvents, 'stepFailed' | 'cursorSaved'>;
  /** Lowest place that any target still has to read; rules from before it are forgotten. */
  readonly lowestCursor: () => bigint;
  /** Consumers whose cursors go along with this one's. */
  readonly followers: readonly string[];
}

export interface RecentRows {
  readonly rows: readonly OutboxRow[];
  /** Last given, or `after`. */
  readonly nextSequence: bigint;
  /** There were more than asked for. */
  readonly isTruncated: boolean;
  /** Rows right after `after` have left the ring. */
  readonly hasGap: boolean;
}

export class OutboxFeed {
  readonly #parts: OutboxFeedParts;
  readonly #cursor: CursorSaver;
  readonly #listeners = new Set<(row: OutboxRow) => void>();
  #ring: OutboxRow[] = [];
  #ringStart: bigint;
  #head: bigint;
  #moved = Promise.withResolvers<void>();

  constructor(parts: OutboxFeedParts, startSeq: bigint) {
    this.#parts = parts;
    this.#ringStart = startSeq;
    this.#head = startSeq;
    const { outbox, clock, events, followers } = parts;
    const consumers = [FEED_CONSUMER, ...followers];
    const onSaved = (seq: bigint): void => events.cursorSaved(FEED_CONSUMER, seq);
    this.#cursor = new CursorSaver({ outbox, clock, consumers, onSaved }, startSeq);
  }

  /** Every row below this has been handled. */
  get head(): bigint {
    return this.#head;
  }

  /** Follows the log until `signal` aborts. A failing catalog or disk is tried again; nothing is skipped. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#step(signal);
      } catch (error) {
        if (signal.aborted) break;
        this.#parts.events.stepFailed(FEED_CONSUMER, 'follow the change log', error);
        await this.#parts.clock.sleep(QUEUE_RETRY_MS, signal);
      }
    }
    await this.#saveAtLast();
  }

  /** Rows from `fromSeq` up to the head. When there are none it waits for the head to move, at most `waitMs`. */
  async read(fromSeq: bigint, waitMs: number, signal: AbortSignal): Promise<OutboxPage> {
    if (fromSeq >= this.#head) await this.#waitForMove(waitMs, signal);
    const head = this.#head;
    if (fromSeq >= head) return { rows: [], nextSeq: fromSeq };
    if (fromSeq >= this.#ringStart) {
      const first = this.#ring.findIndex((row) => row.seq >= fromSeq);
      const rows = first === -1 ? [] : this.#ring.slice(first, first + OUTBOX_ROWS_PER_READ_MAX);
      const last = rows.at(-1);
      const isComplete = first === -1 || first + rows.length === this.#ring.length;
      return { rows, nextSeq: isComplete || last === undefined ? head : last.seq + 1n };
    }
    const page = await this.#parts.outbox.readOutbox({
      fromSeq,
      maxRows: OUTBOX_ROWS_PER_READ_MAX,
      waitMs: 0,
      signal,
    });
    const rows = page.rows.filter((row) => row.seq < head);
    return { rows, nextSeq: lowerSeq(page.nextSeq, head) };
  }

  /** Calls `listen` with each new row; must be quick. Returns how to stop. */
  subscribe(listen: (row: OutboxRow) => void): () => void {
    this.#listeners.add(listen);
    return () => {
      this.#listeners.delete(listen);
    };
  }

  hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Rows after `after` that are still in memory. */
  recentSince(after: bigint, limit: number): RecentRows {
    const later = this.#ring.filter((row) => row.seq > after);
    const rows = later.slice(0, limit);
    return {
      rows,
      nextSequence: rows.at(-1)?.seq ?? after,
      isTruncated: rows.length < later.length,
      hasGap: after + 1n < this.#ringStart,
    };
  }

  async #step(signal: AbortSignal): Promise<void> {
    const page = await this.#parts.outbox.readOutbox({
      fromSeq: this.#head,
      maxRows: OUTBOX_ROWS_PER_READ_MAX,
      waitMs: this.#cursor.isSaved ? OUTBOX_WAIT_MS : CURSOR_SAVE_INTERVAL_MS,
      signal,
    });
    if (page.nextSeq > this.#head) {
      for (const row of page.rows) await this.#keepRules(row);
      this.#advance(page);
    }
    await this.#cursor.offer(this.#head);
  }

  async #saveAtLast(): Promise<void> {
    try {
      await this.#cursor.flush();
    } catch (error) {
      this.#parts.events.stepFailed(FEED_CONSUMER, 'save the cursor at the end', error);
    }
  }

  async #keepRules(row: OutboxRow): Promise<void> {
    if (row.change.kind !== 'rules') return;
    const { ruleLog, timeline, events, lowestCursor } = this.#parts;
    const ruleRow = { seq: row.seq, bucket: row.bucket, configuration: row.change.configuration };
    await ruleLog.append(ruleRow);
    const problem = applyRuleRow(timeline, ruleRow);
    if (problem !== undefined) events.stepFailed(FEED_CONSUMER, `read the rules of ${row.bucket}`, problem);
    timeline.forgetBelow(lowestCursor());
  }

  #advance(page: OutboxPage): void {
    this.#ring.push(...page.rows);
    const surplus = this.#ring.length - LIVE_RING_ROWS;
    if (surplus > 0) this.#ring = this.#ring.slice(surplus);
    const oldest = this.#ring[0];
    if (surplus > 0 && oldest !== undefined) this.#ringStart = oldest.seq;
    this.#head = page.nextSeq;
    for (const row of page.rows) for (const listen of this.#listeners) listen(row);
    const moved = this.#moved;
    this.#moved = Promise.withResolvers();
    moved.resolve();
  }

  async #waitForMove(waitMs: number, signal: AbortSignal): Promise<void> {
    const done = new AbortController();
    const stop = AbortSignal.any([signal, done.signal]);
    await Promise.race([this.#moved.promise, this.#parts.clock.sleep(waitMs, stop)]);
    done.abort();
  }
}
