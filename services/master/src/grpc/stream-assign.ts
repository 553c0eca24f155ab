import { type CallContext, endOnAbort } from '@needlestack/rpc';
import type { AssignRequest, AssignResponseInit } from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';
import { MasterError } from '../core/master-error.ts';
import { assign } from './assign.ts';

/** Assign, many times over one stream. A refusal is an answer with `error`; the stream goes on. */
export const streamAssign = (master: Master) => {
  const assignOne = assign(master);
  return async function* (
    requests: AsyncIterable<AssignRequest>,
    context: CallContext,
  ): AsyncGenerator<AssignResponseInit> {
    for await (const request of endOnAbort(requests, context.stopping)) {
      try {
        yield await assignOne(request, context);
      } catch (error) {
        if (!(error instanceof MasterError)) throw error;
        yield { error: error.message };
      }
    }
  };
};
