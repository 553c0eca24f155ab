import { KvError } from '../kv-error.ts';
import { systemCodeOf } from '../system-code.ts';

/** Serialization failure, deadlock, and a key that another transaction inserted in between. */
const COLLISION_CODES = new Set(['40001', '40P01', '23505']);

/** SQLSTATE classes in which a statement is wrong or a limit is hit, not the server. */
const STATEMENT_CLASSES = /^(0A|2[0-9]|34|42|54)/;

/** The database asks to try the whole transaction again. Never leaves this driver. */
export class CollisionError extends Error {
  override readonly name = 'CollisionError';
}

/** Says at the source what a failed statement means, so that what a program throws is never taken for it. */
export function classifyFailure(error: unknown): unknown {
  const code = systemCodeOf(error);
  if (COLLISION_CODES.has(code)) return new CollisionError(`SQLSTATE ${code}`, { cause: error });
  if (STATEMENT_CLASSES.test(code)) return error;
  return new KvError('unavailable', `the database failed: ${String(error)}`, { cause: error });
}

/** The answer, or its failure classified. */
export async function ofDatabase<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw classifyFailure(error);
  }
}
