/**
 * Resume tokens name a place in the outbox from which changes can be replayed; so long it is not trimmed behind it. There is a row for
 * each hour in which tokens were given out, with the place where the outbox was at the first of them. Without it trimming would have to
 * know every token.
 */
import type { KvProgram, KvReader, KvTransaction, OrderedKv } from '@needlestack/ordered-kv';
import { outboxHoldHourOf, outboxHoldKey, outboxSequenceOf, TABLE, tableRange } from '../keys.ts';
import { WALK_ROWS_MAX } from '../limits.ts';
import type { Clock } from '../ports.ts';
import { OUTBOX_HELD_ROWS_MAX, RESUME_TOKEN_LIFETIME_MS } from '../scan/scan-limits.ts';
import { readOutboxFloor } from './append-outbox-row.ts';

const HOUR_MS = 60 * 60 * 1000;
/** A token of the end of an hour is good for its lifetime from there. */
const HELD_HOURS = RESUME_TOKEN_LIFETIME_MS / HOUR_MS + 1;

const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS);

/** Makes sure that the present hour has its row. */
export class OutboxHolds {
  readonly #kv: OrderedKv;
  readonly #clock: Clock;
  #heldHour = -1;

  constructor(kv: OrderedKv, clock: Clock) {
    this.#kv = kv;
    this.#clock = clock;
  }

  /** Rejects with KvError. */
  async ensure(): Promise<void> {
    const hour = hourOf(this.#clock());
    if (hour === this.#heldHour) return;
    await this.#kv.transact((tx) => holdOutbox(tx, hour));
    this.#heldHour = hour;
  }
}

function* holdOutbox(tx: KvTransaction, hour: number): KvProgram<void> {
  const key = outboxHoldKey(hour);
  if ((yield* tx.get(key)) !== undefined) return;
  const range = { ...tableRange(TABLE.outbox), limit: 1, reverse: true };
  const last = yield* tx.scanDecoded(range, (row) => outboxSequenceOf(row));
  const floor = yield* readOutboxFloor(tx);
  const row = Buffer.allocUnsafe(8);
  row.writeBigUInt64BE(BigInt(Math.max(floor, (last.rows[0] ?? 0) + 1)));
  tx.put(key, row);
}

/** How far the outbox may be trimmed when its consumers have passed `lowest`. Forgets hours that no token is good from any more. */
export function* boundTrim(tx: KvTransaction, lowest: number, nowMs: number): KvProgram<number> {
  const holds = yield* readHolds(tx);
  let bound = lowest;
  for (const { hour, seq } of holds) {
    if (hour + HELD_HOURS < hourOf(nowMs)) tx.delete(outboxHoldKey(hour));
    else bound = Math.min(bound, seq);
  }
  return Math.max(bound, lowest - OUTBOX_HELD_ROWS_MAX);
}

function* readHolds(tx: KvReader): KvProgram<{ hour: number; seq: number }[]> {
  const page = yield* tx.scanDecoded({ ...tableRange(TABLE.outboxHold), limit: WALK_ROWS_MAX }, (key, row) => ({
    hour: outboxHoldHourOf(key),
    seq: Number(row.readBigUInt64BE(0)),
  }));
  return page.rows;
}
