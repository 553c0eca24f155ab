/**
 * The driver for PostgreSQL-wire databases: one table of bytes, every transaction SERIALIZABLE, tried again when it collides.
 * Any number of processes may use one database. Sequences take an advisory lock, held until the commit is visible: an engine
 * without advisory locks keeps the numbers distinct, but not in commit order.
 */
import { createHash, randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient, PoolConfig } from 'pg';
import { KvError } from '../kv-error.ts';
import {
  CONFLICT_PAUSE_MAX_MS,
  CONFLICT_TRIES_MAX,
  CONNECTIONS_MAX,
  PINNED_CONNECTIONS_MAX,
  PINNED_CONNECTIONS_WARM,
} from '../limits.ts';
import type { KvProgram, KvReader, KvTransaction, OrderedKv, PinnedView } from '../ordered-kv.ts';
import { CollisionError, ofDatabase } from './database-failure.ts';
import { beginPinnedView, type PostgresPinnedView } from './postgres-pinned-view.ts';
import { PostgresTransaction, type SequenceName } from './postgres-transaction.ts';

export interface PostgresKvOptions {
  /** `postgresql://user:password@host:port/database`; libpq's parameters are understood. */
  readonly url: string;
  /** Namespace of this store within the database; made if absent. Lower-case letters, digits and `_`. */
  readonly schema: string;
  readonly connectionsMax?: number;
  /** Connections that hold moments, beside those. */
  readonly pinnedConnectionsMax?: number;
}

/** Advisory lock of all definitions; any fixed number. */
const DEFINITION_LOCK = 5720364;

async function driveAsync<T>(program: KvProgram<T>): Promise<T> {
  let step = program.next();
  while (step.done !== true) {
    let answer: unknown;
    try {
      answer = await step.value;
    } catch (error) {
      step = program.throw(error);
      continue;
    }
    step = program.next(answer);
  }
  return step.value;
}

type PoolBounds = Pick<PoolConfig, 'max' | 'min' | 'pipeline'>;

interface Pools {
  readonly transactions: Pool;
  readonly definitions: Pool;
  readonly pins: Pool;
}

class PostgresKv implements OrderedKv {
  readonly writers = 'many';
  operationCount = 0;
  readonly #pool: Pool;
  /** Apart from the pool: transactions that hold all its connections may wait for a sequence to be made. */
  readonly #definitions: Pool;
  /** Apart from the pool: whoever holds moments must not keep others from working. */
  readonly #pins: Pool;
  readonly #pinsMax: number;
  readonly #pinned = new Set<PostgresPinnedView>();
  /** Moments held or being taken hold of. */
  #pinCount = 0;
  readonly #schema: string;
  readonly #sequences = new Map<string, Promise<SequenceName>>();
  #isClosed = false;

  constructor(pools: Pools, schema: string) {
    this.#pool = pools.transactions;
    this.#definitions = pools.definitions;
    this.#pins = pools.pins;
    this.#pinsMax = pools.pins.options.max;
    this.#schema = schema;
  }

  transact<T>(program: (tx: KvTransaction) => KvProgram<T>, signal?: AbortSignal): Promise<T> {
    return this.#retry(async () => {
      signal?.throwIfAborted();
      return this.#inTransaction('BEGIN ISOLATION LEVEL SERIALIZABLE', async (tx) => {
        const result = await driveAsync(program(tx));
        await tx.flush();
        return result;
      });
    });
  }

  read<T>(program: (tx: KvReader) => KvProgram<T>): Promise<T> {
    return this.#retry(() =>
      this.#inTransaction('BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY', (tx) => driveAsync(program(tx))),
    );
  }

  get(key: Uint8Array): Promise<Buffer | undefined> {
    return this.#retry(async () => {
      const client = await this.#connect(this.#pool);
      try {
        return await driveAsync(new PostgresTransaction(client, this.#ensureSequence).get(key));
      } finally {
        client.release();
      }
    });
  }

  async pin(): Promise<PinnedView> {
    if (this.#pinCount >= this.#pinsMax)
      throw new KvError('too-many-pins', `${this.#pinsMax} moments are held already, a connection each`);
    this.#pinCount += 1;
    try {
      const client = await this.#connect(this.#pins);
      const view = await beginPinnedView(client, () => {
        this.#pinned.delete(view);
        this.#pinCount -= 1;
      });
      this.#pinned.add(view);
      return view;
    } catch (error) {
      this.#pinCount -= 1;
      throw error;
    }
  }

  whyNotWritable(): string | undefined {
    return this.#isClosed ? 'the store is closed' : undefined;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all([...this.#pinned].map((view) => view.release()));
    await Promise.all([this.#pool.end(), this.#definitions.end(), this.#pins.end()]);
  }

  async #connect(pool: Pool): Promise<PoolClient> {
    if (this.#isClosed) throw new KvError('closed', 'the store is closed');
    try {
      return await pool.connect();
    } catch (error) {
      throw new KvError('unavailable', `the database cannot be reached: ${String(error)}`, { cause: error });
    }
  }

  async #inTransaction<T>(begin: string, body: (tx: PostgresTransaction) => Promise<T>): Promise<T> {
    const client = await this.#connect(this.#pool);
    let isBroken = false;
    let isCommitting = false;
    try {
      await ofDatabase(client.query(begin));
      const result = await body(new PostgresTransaction(client, this.#ensureSequence));
      isCommitting = true;
      await ofDatabase(client.query('COMMIT'));
      return result;
    } catch (error) {
      isBroken = !(await rollBack(client));
      if (isCommitting && !(error instanceof CollisionError))
        throw new KvError('outcome-unknown', `the commit was not answered: ${String(error)}`, { cause: error });
      throw error;
    } finally {
      client.release(isBroken);
    }
  }

  async #retry<T>(attempt: () => Promise<T>): Promise<T> {
    this.operationCount += 1;
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof CollisionError)) throw error;
        if (tries >= CONFLICT_TRIES_MAX)
          throw new KvError('conflict', `collided with other transactions ${tries} times`, { cause: error });
        await pause(randomInt(1, Math.min(CONFLICT_PAUSE_MAX_MS, 2 ** tries) + 1));
      }
    }
  }

  /** Sequences are made outside the transaction that first needs them, once. */
  readonly #ensureSequence = (name: string): Promise<SequenceName> => {
    let made = this.#sequences.get(name);
    if (made === undefined) {
      made = this.#makeSequence(name);
      this.#sequences.set(name, made);
      made.catch(() => this.#sequences.delete(name));
    }
    return made;
  };

  async #makeSequence(name: string): Promise<SequenceName> {
    const digest = createHash('sha256').update(`${this.#schema}\0${name}`).digest();
    const identifier = `"${this.#schema}".kv_sequence_${digest.toString('hex', 0, 16)}`;
    await ofDatabase(define(this.#definitions, [`CREATE SEQUENCE IF NOT EXISTS ${identifier}`]));
    return { identifier, lockId: digest.readBigInt64BE(0).toString() };
  }
}

async function rollBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

/** Opens (or makes) a store in a database. KvError `unavailable` when it cannot be reached. */
export async function openPostgresKv(options: PostgresKvOptions): Promise<OrderedKv> {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(options.schema))
    throw new TypeError(`schema ${options.schema}: expected lower-case letters, digits and _`);
  const definitions = await makePool(options, { max: 1 });
  try {
    await makeTable(definitions, options.schema);
  } catch (error) {
    await definitions.end();
    throw new KvError('unavailable', `the database cannot be prepared: ${String(error)}`, { cause: error });
  }
  const transactions = await makePool(options, { max: options.connectionsMax ?? CONNECTIONS_MAX });
  const pins = await makePool(options, {
    max: options.pinnedConnectionsMax ?? PINNED_CONNECTIONS_MAX,
    min: PINNED_CONNECTIONS_WARM,
    // A view's questions are sent without waiting for each other's answers.
    pipeline: true,
  });
  await warm(pins);
  return new PostgresKv({ transactions, definitions, pins }, options.schema);
}

async function makePool(options: PostgresKvOptions, bounds: PoolBounds): Promise<Pool> {
  // Loaded only where a database is used: an embedded store should not carry the client's memory.
  const { Pool } = await import('pg');
  // Rows are always wanted by their keys and in their order. A planner that knows nothing yet of a young table would sort it for each page.
  const plans = '-c enable_seqscan=off -c enable_bitmapscan=off';
  const settings = `-c search_path=${options.schema} -c synchronous_commit=on ${plans}`;
  const pool = new Pool({ connectionString: options.url, ...bounds, options: settings });
  // A connection that breaks fails the query that runs on it, if any, and is replaced at the next use.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Makes the first connection. One that cannot be had now is made when it is needed. */
async function warm(pool: Pool): Promise<void> {
  try {
    (await pool.connect()).release();
  } catch {
    // Whoever needs it learns why.
  }
}

/** Bytea compares byte by byte, whatever the collation. */
function makeTable(pool: Pool, schema: string): Promise<void> {
  return define(pool, [
    `CREATE SCHEMA IF NOT EXISTS "${schema}"`,
    `CREATE TABLE IF NOT EXISTS "${schema}".kv_rows (key bytea PRIMARY KEY, value bytea NOT NULL)`,
  ]);
}

/** Processes that define the same at once wait for each other: IF NOT EXISTS alone does not keep them apart. */
async function define(pool: Pool, statements: readonly string[]): Promise<void> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(${DEFINITION_LOCK})`);
    for (const statement of statements) await client.query(statement);
    await client.query('COMMIT');
    isBroken = false;
  } finally {
    client.release(isBroken);
  }
}
