import type { JsonObject } from '@needlestack/iceberg-format';
import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { IDEMPOTENCY_LIFETIME_MS, IDEMPOTENCY_SWEEP_ROWS_MAX } from './limits.ts';
import { runTransaction } from './run-transaction.ts';
import type { TableCatalog } from './table-catalog.ts';
import { TableError } from './table-error.ts';
import { answerEndKey, answerKey, endedAnswers, keyOfEndedAnswer } from './table-keys.ts';
import { type AnswerRow, decodeAnswerRow, encodeAnswerRow } from './table-rows.ts';

/** A final answer: its body, or the table state that its body shows. */
export interface FinalAnswer {
  readonly status: number;
  readonly body?: JsonObject | undefined;
  readonly metadataLocation?: string | undefined;
  readonly hasConfig?: boolean | undefined;
}

/**
 * Writes the answer of a request in the transaction that has its effect, so that neither is there without the other.
 * Throws KeyWasUsed, which undoes the transaction, when a twin of the request has its answer already.
 */
export type RecordAnswer = (tx: KvTransaction, answer: FinalAnswer) => KvProgram<void>;

/** The key of this request has an answer. */
export class KeyWasUsed extends Error {
  override readonly name = 'KeyWasUsed';
}

/** Of a request without key. */
// biome-ignore lint/correctness/useYield: a program that asks nothing.
export function* recordNothing(): KvProgram<void> {
  return;
}

export interface KeyedRequest {
  readonly key: string;
  /** Hash of all that makes the request what it is. */
  readonly fingerprint: string;
}

export function recordAnswerOf(catalog: Pick<TableCatalog, 'now'>, request: KeyedRequest): RecordAnswer {
  return function* record(tx, answer) {
    const key = answerKey(request.key);
    const existing = yield* tx.get(key);
    const now = catalog.now();
    if (existing !== undefined && decodeAnswerRow(existing).endsAtMs > now) throw new KeyWasUsed();
    const endsAtMs = now + IDEMPOTENCY_LIFETIME_MS;
    const { status, body, metadataLocation, hasConfig = false } = answer;
    const row: AnswerRow = {
      fingerprint: request.fingerprint,
      status,
      endsAtMs,
      ...(body === undefined ? {} : { body }),
      ...(metadataLocation === undefined ? {} : { metadataLocation }),
      hasConfig,
    };
    tx.put(key, encodeAnswerRow(row));
    tx.put(answerEndKey(endsAtMs, request.key), Buffer.alloc(0));
  };
}

/** The answer that the same request got; refuses with `unprocessable` when the key stands for another request. */
export async function findAnswer(catalog: TableCatalog, request: KeyedRequest): Promise<AnswerRow | undefined> {
  const value = await catalog.kv.get(answerKey(request.key));
  const row = value === undefined ? undefined : decodeAnswerRow(value);
  if (row === undefined || row.endsAtMs <= catalog.now()) return undefined;
  if (row.fingerprint !== request.fingerprint) {
    throw new TableError('unprocessable', 'The Idempotency-Key was used for another request');
  }
  return row;
}

/** Removes answers whose time has ended; gives how many. */
export async function sweepAnswers(catalog: TableCatalog): Promise<number> {
  const range = endedAnswers(catalog.now());
  return runTransaction(catalog, function* (tx) {
    const { rows } = yield* tx.scan({ ...range, limit: IDEMPOTENCY_SWEEP_ROWS_MAX });
    for (const [key] of rows) {
      const idempotencyKey = keyOfEndedAnswer(key);
      const answer = yield* tx.get(answerKey(idempotencyKey));
      // A key may have been taken again after its time: then its new end has a row of its own.
      const isEnded = answer !== undefined && decodeAnswerRow(answer).endsAtMs <= catalog.now();
      if (isEnded) tx.delete(answerKey(idempotencyKey));
      tx.delete(key);
    }
    return rows.length;
  });
}
