/**
 * One moment of the database: a REPEATABLE READ transaction on a connection of its own. Rows are asked for in pages by their keys:
 * a page is about PINNED_PAGE_BYTES, so that neither side holds more than a page.
 */
import type { PoolClient } from 'pg';
import { keyAfter } from '../key-range.ts';
import { KvError } from '../kv-error.ts';
import { PINNED_IDLE_MAX_MS, PINNED_PAGE_BYTES, PINNED_PAGE_ROWS_FIRST, PINNED_PAGE_ROWS_MAX } from '../limits.ts';
import type { KvRange, PinnedView, RowVisitor } from '../ordered-kv.ts';
import { ofDatabase } from './database-failure.ts';
import { boundBuffer, keyBuffer } from './postgres-transaction.ts';

type Row = readonly [key: Buffer, value: Buffer];

/** Takes hold of the present moment. The client belongs to the view, also when this rejects. */
export async function beginPinnedView(client: PoolClient, onRelease: () => void): Promise<PostgresPinnedView> {
  try {
    await ofDatabase(client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'));
    // The snapshot is taken by the first statement that reads.
    await ofDatabase(client.query('SELECT FROM kv_rows LIMIT 1'));
    await ofDatabase(client.query(`SET LOCAL idle_in_transaction_session_timeout = ${PINNED_IDLE_MAX_MS}`));
  } catch (error) {
    client.release(true);
    throw error;
  }
  return new PostgresPinnedView(client, onRelease);
}

export class PostgresPinnedView implements PinnedView {
  readonly isSynchronous = false;
  readonly #client: PoolClient;
  readonly #onRelease: () => void;
  #pageRows = PINNED_PAGE_ROWS_FIRST;
  #isReleased = false;

  constructor(client: PoolClient, onRelease: () => void) {
    this.#client = client;
    this.#onRelease = onRelease;
  }

  async get(key: Uint8Array): Promise<Buffer | undefined> {
    const rows = await this.#ask('SELECT key, value FROM kv_rows WHERE key = $1', [keyBuffer(key)]);
    return rows[0]?.[1];
  }

  async visit(range: Omit<KvRange, 'bytesMax'>, visitor: RowVisitor): Promise<boolean> {
    const isReverse = range.reverse === true;
    let left = Math.max(1, range.limit);
    let start = boundBuffer(range.start);
    let end = boundBuffer(range.end);
    for (;;) {
      // One more than may be given: it tells whether there is more.
      const wanted = Math.min(this.#pageRows, left + 1);
      const rows = await this.#ask(
        `SELECT key, value FROM kv_rows WHERE key >= $1 AND key < $2 ORDER BY key ${isReverse ? 'DESC' : 'ASC'} LIMIT $3`,
        [start, end, wanted],
      );
      let bytes = 0;
      for (const [key, value] of rows) {
        if (left === 0 || !visitor(key, value)) return true;
        left -= 1;
        bytes += key.length + value.length;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < wanted) return false;
      this.#pageRows = Math.max(
        1,
        Math.min(PINNED_PAGE_ROWS_MAX, Math.floor((PINNED_PAGE_BYTES * rows.length) / bytes)),
      );
      if (isReverse) end = last[0];
      else start = keyAfter(last[0]);
    }
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    let isBroken = false;
    try {
      await this.#client.query('ROLLBACK');
    } catch {
      isBroken = true;
    }
    this.#client.release(isBroken);
    this.#onRelease();
  }

  async #ask(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    if (this.#isReleased) throw new KvError('closed', 'the pinned view was released');
    // The client reads binary answers as text and spoils them, so bytes travel in hex.
    const { rows } = await ofDatabase(
      this.#client.query<[Buffer, Buffer]>({ text, values: [...values], rowMode: 'array' }),
    );
    return rows;
  }
}
