/**
 * One moment of the database: a REPEATABLE READ transaction on a connection of its own. Rows are asked for in pages by their keys, and
 * on a long walk one page ahead, so that the database works while rows are taken. What was read and not taken is kept for the
 * visit that goes on there: at most two pages of about PINNED_PAGE_BYTES.
 */
import type { PoolClient } from 'pg';
import { keyAfter } from '../key-range.ts';
import { KvError } from '../kv-error.ts';
import { PINNED_IDLE_MAX_MS, PINNED_PAGE_BYTES, PINNED_PAGE_ROWS_FIRST, PINNED_PAGE_ROWS_MAX } from '../limits.ts';
import type { KvRange, PinnedView, RowVisitor } from '../ordered-kv.ts';
import { ofDatabase } from './database-failure.ts';
import { boundBuffer, keyBuffer } from './postgres-transaction.ts';

/** A walk that has read so much is a long one: from here on a page is asked for ahead. */
const ALONE_BYTES = 2 * PINNED_PAGE_BYTES;

/** The client reads binary answers as text and spoils them; base64 is shorter than the hex that bytes are otherwise sent in. */
const SELECT_ROW = "SELECT encode(key, 'base64'), encode(value, 'base64') FROM kv_rows";

/** Named: the database parses and plans each once for a connection, which serves many views. */
interface Statement {
  readonly name: string;
  readonly text: string;
}

const READ_ROW: Statement = { name: 'pinned row', text: `${SELECT_ROW} WHERE key = $1` };
const READ_LAST_KEY: Statement = {
  name: 'pinned last key',
  text: "SELECT encode(key, 'base64') FROM kv_rows WHERE key >= $1 AND key < $2 ORDER BY key DESC LIMIT 1",
};
const readPage = (order: 'ASC' | 'DESC'): Statement => ({
  name: `pinned page ${order}`,
  text: `${SELECT_ROW} WHERE key >= $1 AND key < $2 ORDER BY key ${order} LIMIT $3`,
});
const READ_PAGE_FORWARDS = readPage('ASC');
const READ_PAGE_BACKWARDS = readPage('DESC');

/** As they arrive; a statement names the columns that it has. */
type EncodedRow = readonly [first: string, second: string];
type Row = readonly [key: Buffer, value: Buffer];

const decode = (text: string): Buffer => Buffer.from(text, 'base64');

/** Takes hold of the present moment. The client belongs to the view, also when this rejects. */
export async function beginPinnedView(client: PoolClient, onRelease: () => void): Promise<PostgresPinnedView> {
  try {
    // In one go. The snapshot is taken by the first statement that reads.
    await ofDatabase(
      client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        SET LOCAL idle_in_transaction_session_timeout = ${PINNED_IDLE_MAX_MS};
        SELECT FROM kv_rows LIMIT 1`),
    );
  } catch (error) {
    client.release(true);
    throw error;
  }
  return new PostgresPinnedView(client, onRelease);
}

interface Page {
  readonly rows: readonly Row[];
  /** Fewer rows than were asked for: there are no more. */
  readonly isLast: boolean;
}

/** Where a walk through a range is. */
interface Walk {
  readonly end: Buffer;
  readonly isReverse: boolean;
  /** The next row is the first from here on; backwards the last before here. */
  from: Buffer;
  /** Read, from `at` on not taken. */
  rows: readonly Row[];
  at: number;
  /** Read up to here; the next page goes on from here. */
  readUpTo: Buffer;
  coming: Promise<Page> | undefined;
  bytesRead: number;
  isAtEnd: boolean;
}

export class PostgresPinnedView implements PinnedView {
  readonly isSynchronous = false;
  readonly #client: PoolClient;
  readonly #onRelease: () => void;
  #rowBytes = PINNED_PAGE_BYTES / PINNED_PAGE_ROWS_FIRST;
  #walk: Walk | undefined;
  #isReleased = false;

  constructor(client: PoolClient, onRelease: () => void) {
    this.#client = client;
    this.#onRelease = onRelease;
  }

  async get(key: Uint8Array): Promise<Buffer | undefined> {
    const [row] = await this.#ask(READ_ROW, [keyBuffer(key)]);
    return row === undefined ? undefined : decode(row[1]);
  }

  async lastKey(start: Uint8Array, end: Uint8Array): Promise<Buffer | undefined> {
    const [row] = await this.#ask(READ_LAST_KEY, [boundBuffer(start), boundBuffer(end)]);
    return row === undefined ? undefined : decode(row[0]);
  }

  async visit(range: KvRange, visitor: RowVisitor): Promise<boolean> {
    this.#refuseWhenReleased();
    const walk = this.#walkThrough(range);
    let left = Math.max(1, range.limit);
    let bytesLeft = range.bytesMax ?? PINNED_PAGE_BYTES;
    for (;;) {
      for (; walk.at < walk.rows.length; walk.at += 1) {
        const row = walk.rows[walk.at];
        if (row === undefined) break;
        const [key, value] = row;
        if (left === 0 || !visitor(key, value)) return true;
        left -= 1;
        bytesLeft -= key.length + value.length;
        walk.from = walk.isReverse ? key : keyAfter(key);
      }
      if (walk.isAtEnd) return false;
      await this.#readPage(walk, Math.min(left + 1, this.#rowsFor(bytesLeft)));
    }
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#walk = undefined;
    let isBroken = false;
    try {
      await this.#client.query('ROLLBACK');
    } catch {
      isBroken = true;
    }
    this.#client.release(isBroken);
    this.#onRelease();
  }

  /** The walk of the visit before when this one goes on there. */
  #walkThrough(range: KvRange): Walk {
    const isReverse = range.reverse === true;
    const [low, high] = [boundBuffer(range.start), boundBuffer(range.end)];
    const [from, end] = isReverse ? [high, low] : [low, high];
    const before = this.#walk;
    if (before !== undefined && before.isReverse === isReverse && before.from.equals(from) && before.end.equals(end))
      return before;
    const walk: Walk = {
      end,
      isReverse,
      from,
      rows: [],
      at: 0,
      readUpTo: from,
      coming: undefined,
      bytesRead: 0,
      isAtEnd: false,
    };
    this.#walk = walk;
    return walk;
  }

  #rowsFor(bytes: number): number {
    const rows = Math.ceil(Math.min(PINNED_PAGE_BYTES, Math.max(bytes, 0)) / this.#rowBytes) + 1;
    return Math.min(PINNED_PAGE_ROWS_MAX, rows);
  }

  async #readPage(walk: Walk, rowsWanted: number): Promise<void> {
    const { rows, isLast } = await (walk.coming ?? this.#askPage(walk, rowsWanted));
    walk.coming = undefined;
    walk.rows = rows;
    walk.at = 0;
    walk.isAtEnd = isLast;
    const last = rows.at(-1);
    if (last === undefined) return;
    walk.readUpTo = walk.isReverse ? last[0] : keyAfter(last[0]);
    const bytes = rows.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
    this.#rowBytes = Math.max(1, bytes / rows.length);
    walk.bytesRead += bytes;
    if (walk.bytesRead < ALONE_BYTES || isLast) return;
    walk.coming = this.#askPage(walk, this.#rowsFor(PINNED_PAGE_BYTES));
    // Heard by the visit that takes it; there may be none.
    walk.coming.catch(() => undefined);
  }

  async #askPage({ isReverse, readUpTo, end }: Walk, rowsWanted: number): Promise<Page> {
    const [low, high] = isReverse ? [end, readUpTo] : [readUpTo, end];
    const statement = isReverse ? READ_PAGE_BACKWARDS : READ_PAGE_FORWARDS;
    const encoded = await this.#ask(statement, [low, high, rowsWanted]);
    const rows = encoded.map(([key, value]): Row => [decode(key), decode(value)]);
    return { rows, isLast: rows.length < rowsWanted };
  }

  async #ask(statement: Statement, values: readonly unknown[]): Promise<readonly EncodedRow[]> {
    this.#refuseWhenReleased();
    const { rows } = await ofDatabase(
      this.#client.query<[string, string]>({ ...statement, values: [...values], rowMode: 'array' }),
    );
    return rows;
  }

  #refuseWhenReleased(): void {
    if (this.#isReleased) throw new KvError('closed', 'the pinned view was released');
  }
}
