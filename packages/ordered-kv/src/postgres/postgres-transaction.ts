import type { PoolClient } from 'pg';
import { KvError } from '../kv-error.ts';
import { KEY_BYTES_MAX } from '../limits.ts';
import type {
  KvEffect,
  KvEntry,
  KvPage,
  KvProgram,
  KvRange,
  KvTransaction,
  KvWalk,
  RowDecoder,
  RowWalker,
} from '../ordered-kv.ts';
import { walkPages } from '../walk-pages.ts';
import { collectWrites, WriteLayer } from '../write-overlay.ts';
import { ofDatabase } from './database-failure.ts';

interface Row {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Bytes of a range's end as the client takes them. */
export function boundBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A key as the client takes it. KvError `invalid-key`. */
export function keyBuffer(key: Uint8Array): Buffer {
  if (key.length === 0 || key.length > KEY_BYTES_MAX)
    throw new KvError('invalid-key', `a key of ${key.length} bytes: expected 1 to ${KEY_BYTES_MAX}`);
  return boundBuffer(key);
}

/** One question and its rows; the driver awaits what is yielded. */
function* ask(answer: Promise<{ rows: unknown[] }>): KvProgram<unknown[]> {
  return ((yield ofDatabase(answer)) as { rows: unknown[] }).rows;
}

/** A program's view inside one database transaction. Writes are kept here and sent in one statement at the end. */
export class PostgresTransaction implements KvTransaction {
  readonly writes = new WriteLayer();
  readonly #client: PoolClient;
  readonly #ensureSequence: (name: string) => Promise<SequenceName>;

  constructor(client: PoolClient, ensureSequence: (name: string) => Promise<SequenceName>) {
    this.#client = client;
    this.#ensureSequence = ensureSequence;
  }

  *get(key: Uint8Array): KvProgram<Buffer | undefined> {
    const name = keyBuffer(key);
    const written = this.writes.rows.get(name.toString('latin1'));
    if (written !== undefined) return written === null ? undefined : Buffer.from(written);
    const rows = yield* ask(
      this.#client.query({ name: 'get', text: 'SELECT value FROM kv_rows WHERE key = $1', values: [name] }),
    );
    return (rows[0] as Row | undefined)?.value;
  }

  *getDecoded<T>(key: Uint8Array, decode: (value: Buffer) => T): KvProgram<T | undefined> {
    const row = yield* this.get(key);
    return row === undefined ? undefined : decode(row);
  }

  *getMany(keys: readonly Uint8Array[]): KvProgram<(Buffer | undefined)[]> {
    const wanted = keys.map(keyBuffer);
    const rows = yield* ask(
      this.#client.query('SELECT key, value FROM kv_rows WHERE key = ANY($1::bytea[])', [wanted]),
    );
    const found = new Map((rows as Row[]).map((row) => [row.key.toString('latin1'), row.value]));
    return wanted.map((key) => {
      const name = key.toString('latin1');
      const written = this.writes.rows.get(name);
      if (written === undefined) return found.get(name);
      return written === null ? undefined : Buffer.from(written);
    });
  }

  scan(range: KvRange): KvEffect<KvPage<KvEntry>> {
    return this.scanDecoded(range, (key, value): KvEntry => [key, value]);
  }

  *scanDecoded<T>(range: KvRange, decode: RowDecoder<T>): KvProgram<KvPage<T>> {
    const limit = Math.max(1, range.limit);
    const bytesMax = range.bytesMax ?? Number.POSITIVE_INFINITY;
    const page: KvPage<T> & { hasMore: boolean } = { rows: [], hasMore: false };
    let bytes = 0;
    let taken = 0;
    for (const row of yield* this.#fetch(range, limit + 1)) {
      bytes += row.key.length + row.value.length;
      if (taken >= limit || (bytes > bytesMax && taken > 0)) {
        page.hasMore = true;
        break;
      }
      taken += 1;
      page.rows.push(decode(row.key, row.value));
    }
    return page;
  }

  walk(walk: KvWalk, walker: RowWalker): KvEffect<void> {
    return walkPages(this, walk, walker);
  }

  /** Up to `rowsMax` rows of the range, the program's own writes laid over those of the database. */
  *#fetch(range: KvRange, rowsMax: number): KvProgram<Row[]> {
    const start = boundBuffer(range.start);
    const end = boundBuffer(range.end);
    const isReverse = range.reverse === true;
    const overlay = collectWrites([this.writes], start.toString('latin1'), end.toString('latin1'), isReverse);
    const order = isReverse ? 'DESC' : 'ASC';
    const found = (yield* ask(
      this.#client.query(`SELECT key, value FROM kv_rows WHERE key >= $1 AND key < $2 ORDER BY key ${order} LIMIT $3`, [
        start,
        end,
        rowsMax + overlay.length,
      ]),
    )) as Row[];
    if (overlay.length === 0) return found;
    const merged = new Map<string, Row | undefined>(found.map((row) => [row.key.toString('latin1'), row]));
    for (const { key, value } of overlay)
      merged.set(key, value === null ? undefined : { key: Buffer.from(key, 'latin1'), value: Buffer.from(value) });
    const sign = isReverse ? -1 : 1;
    return [...merged.entries()]
      .sort(([a], [b]) => (a < b ? -sign : sign))
      .flatMap(([, row]) => (row === undefined ? [] : [row]))
      .slice(0, rowsMax);
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.writes.rows.set(keyBuffer(key).toString('latin1'), value);
  }

  delete(key: Uint8Array): void {
    this.writes.rows.set(keyBuffer(key).toString('latin1'), null);
  }

  /** The lock is held until the commit is visible, so numbers are handed out in commit order. */
  *nextSequence(name: string): KvProgram<number> {
    const sequence = (yield this.#ensureSequence(name)) as SequenceName;
    yield* ask(this.#client.query('SELECT pg_advisory_xact_lock($1)', [sequence.lockId]));
    const rows = yield* ask(this.#client.query(`SELECT nextval('${sequence.identifier}') AS value`));
    return Number((rows[0] as { value: string }).value);
  }

  /** Sends the writes. */
  async flush(): Promise<void> {
    const keys: Buffer[] = [];
    const values: Uint8Array[] = [];
    const deleted: Buffer[] = [];
    for (const [key, value] of this.writes.rows) {
      if (value === null) deleted.push(Buffer.from(key, 'latin1'));
      else {
        keys.push(Buffer.from(key, 'latin1'));
        values.push(value);
      }
    }
    if (keys.length > 0)
      await ofDatabase(
        this.#client.query(
          `INSERT INTO kv_rows (key, value) SELECT * FROM unnest($1::bytea[], $2::bytea[])
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
          [keys, values.map(boundBuffer)],
        ),
      );
    if (deleted.length > 0)
      await ofDatabase(this.#client.query('DELETE FROM kv_rows WHERE key = ANY($1::bytea[])', [deleted]));
  }
}

export interface SequenceName {
  /** Safe to stand in a statement. */
  readonly identifier: string;
  readonly lockId: string;
}
