/** One object as a register: it holds a value, known by its ETag, or nothing. */
import type { SequentialModel } from './linearizability.ts';

/** `etag` without quotes. */
export type RegisterOperation =
  /** GET or HEAD; what was there, `''` for 404. Undefined: no answer. */
  | { readonly kind: 'read'; readonly found?: string }
  | {
      readonly kind: 'write';
      readonly etag: string;
      readonly condition: WriteCondition;
      readonly outcome?: WriteOutcome;
    }
  /** `condition`: the ETag of If-Match, `''` without one. */
  | { readonly kind: 'delete'; readonly condition: string; readonly outcome?: 'done' | 'failed' };

export type WriteCondition = { readonly absent: true } | { readonly match: string } | undefined;
/** 200, 412, 404 of If-Match, and 409, after which the object is as it was. */
export type WriteOutcome = 'done' | 'failed' | 'missing' | 'conflict';

const NOTHING = '';

export const registerModel: SequentialModel<string, RegisterOperation> = {
  initial: NOTHING,
  describe: (state) => state,
  step: (state, operation) => {
    switch (operation.kind) {
      case 'read':
        return operation.found === undefined || operation.found === state ? state : undefined;
      case 'delete': {
        const isRefused = operation.condition !== '' && state !== NOTHING && state !== operation.condition;
        if (operation.outcome === undefined) return isRefused ? state : NOTHING;
        if (isRefused !== (operation.outcome === 'failed')) return undefined;
        return isRefused ? state : NOTHING;
      }
      case 'write':
        return stepWrite(state, operation.etag, decideWrite(state, operation.condition), operation.outcome);
    }
  },
};

function stepWrite(
  state: string,
  etag: string,
  decision: WriteOutcome,
  outcome: WriteOutcome | undefined,
): string | undefined {
  if (outcome === 'conflict') return state;
  if (outcome !== undefined && outcome !== decision) return undefined;
  return decision === 'done' ? etag : state;
}

function decideWrite(state: string, condition: WriteCondition): WriteOutcome {
  if (condition === undefined) return 'done';
  if ('absent' in condition) return state === NOTHING ? 'done' : 'failed';
  if (state === NOTHING) return 'missing';
  return state === condition.match ? 'done' : 'failed';
}
