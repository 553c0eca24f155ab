import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  findAnswer,
  type KeyedRequest,
  KeyWasUsed,
  type RecordAnswer,
  recordAnswerOf,
  recordNothing,
  sweepAnswers,
} from '../../core/tables/idempotency.ts';
import { IDEMPOTENCY_SWEEP_EVERY } from '../../core/tables/limits.ts';
import { runTransaction } from '../../core/tables/run-transaction.ts';
import type { TableCatalog } from '../../core/tables/table-catalog.ts';
import { TableError } from '../../core/tables/table-error.ts';
import type { AnswerRow } from '../../core/tables/table-rows.ts';
import type { IcebergAnswer } from './iceberg-answer.ts';
import { answerError, isSettled } from './iceberg-error.ts';

/** Clients make UUIDs of version 7; other versions are as good a key. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The key of a request and what it stands for; undefined without key. Refuses a malformed one with `bad-request`. */
export function readKeyedRequest(
  request: IncomingMessage,
  bytes: Buffer,
  principalId: string,
): KeyedRequest | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = String(header).toLowerCase();
  if (!UUID.test(key)) throw new TableError('bad-request', 'The Idempotency-Key must be a UUID');
  const hash = createHash('sha256');
  for (const part of [principalId, request.method ?? '', request.url ?? '']) hash.update(`${part}\0`);
  return { key, fingerprint: hash.update(bytes).digest('hex') };
}

/**
 * Requests with a key have their effect once: the answer is stored with the effect and given again to whoever repeats the
 * request. A twin that comes meanwhile waits for it.
 */
export class KeyedRequests {
  readonly #catalog: TableCatalog;
  readonly #running = new Map<string, Promise<void>>();
  #untilSweep = IDEMPOTENCY_SWEEP_EVERY;

  constructor(catalog: TableCatalog) {
    this.#catalog = catalog;
  }

  async run(
    request: KeyedRequest | undefined,
    operation: (record: RecordAnswer) => Promise<IcebergAnswer>,
    replay: (row: AnswerRow) => Promise<IcebergAnswer>,
  ): Promise<IcebergAnswer> {
    if (request === undefined) return operation(recordNothing);
    await this.#sweepSometimes();
    for (let twin = this.#running.get(request.key); twin !== undefined; twin = this.#running.get(request.key))
      await twin;
    const end = Promise.withResolvers<void>();
    this.#running.set(request.key, end.promise);
    try {
      const row = await findAnswer(this.#catalog, request);
      return row === undefined ? await this.#runFirst(request, operation, replay) : await replay(row);
    } finally {
      this.#running.delete(request.key);
      end.resolve();
    }
  }

  async #runFirst(
    request: KeyedRequest,
    operation: (record: RecordAnswer) => Promise<IcebergAnswer>,
    replay: (row: AnswerRow) => Promise<IcebergAnswer>,
  ): Promise<IcebergAnswer> {
    const record = recordAnswerOf(this.#catalog, request);
    try {
      return await operation(record);
    } catch (error) {
      if (error instanceof KeyWasUsed) return this.#replayTwin(request, replay);
      if (!isSettled(error)) throw error;
      const { status, body } = answerError(error);
      try {
        await runTransaction(this.#catalog, (tx) => record(tx, { status, body }));
      } catch (failure) {
        if (failure instanceof KeyWasUsed) return this.#replayTwin(request, replay);
        throw failure;
      }
      throw error;
    }
  }

  /** A twin in another process was first. */
  async #replayTwin(request: KeyedRequest, replay: (row: AnswerRow) => Promise<IcebergAnswer>): Promise<IcebergAnswer> {
    const row = await findAnswer(this.#catalog, request);
    if (row === undefined) throw new TableError('unavailable', 'The same request is being answered elsewhere');
    return replay(row);
  }

  async #sweepSometimes(): Promise<void> {
    this.#untilSweep -= 1;
    if (this.#untilSweep > 0) return;
    this.#untilSweep = IDEMPOTENCY_SWEEP_EVERY;
    await sweepAnswers(this.#catalog);
  }
}
