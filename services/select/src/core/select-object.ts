/**
 * SelectObjectContent: from a request to the frames of its answer (select.md section 3). What is wrong before the first frame is
 * thrown, so that it can be answered as a plain error; what goes wrong later becomes the last frame.
 */
import {
  continuationFrame,
  endFrame,
  errorFrame,
  progressFrame,
  recordsFrame,
  type SelectCounters,
  statsFrame,
} from '@needlestack/s3-protocol';
import { type ObjectReader, SelectError, type SelectPort, type SelectRequest } from '@needlestack/service-contracts';
import { CONTINUATION_INTERVAL_MS, EXPRESSION_CHECKED_EARLY_MAX_BYTES, PROGRESS_INTERVAL_MS } from './limits.ts';
import type { ByteCounters, Clock, EndedQuery, QueryExecutor, QueryJob, QueryOutput, SelectEvents } from './ports.ts';
import { checkQuery } from './query/check-query.ts';
import { validateRequest } from './request/validate-request.ts';
import { SELECT_ERROR_STATUS } from './select-error-code.ts';
import { SelectFailure, toSelectFailure } from './select-failure.ts';
import { settleWithin } from './settle-within.ts';

export interface SelectCore {
  readonly reader: ObjectReader;
  readonly executor: QueryExecutor;
  readonly clock: Clock;
  readonly events: SelectEvents;
}

export const createSelectPort = (core: SelectCore): SelectPort => ({
  select: (request, signal) => selectObject(core, request, signal),
});

const NO_BYTES: ByteCounters = { scannedBytes: 0, processedBytes: 0 };

async function* selectObject(
  core: SelectCore,
  request: SelectRequest,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const startedMs = core.clock.nowMs();
  const state = new AnswerState(startedMs);
  let result: EndedQuery['result'] = 'Cancelled';
  try {
    const job = prepareJob(core, request);
    yield* relayFrames(core, job, state, signal);
    result = 'OK';
  } catch (error) {
    if (signal.aborted) throw error;
    const failure = toSelectFailure(error);
    if (failure !== error) core.events.faultSeen(error);
    result = failure.code;
    if (!state.hasStarted) throw new SelectError(failure.code, failure.message, SELECT_ERROR_STATUS[failure.code]);
    yield errorFrame(failure.code, failure.message);
  } finally {
    core.events.queryEnded({
      result,
      counters: state.counters,
      returnedBytes: state.returnedBytes,
      durationMs: core.clock.nowMs() - startedMs,
    });
  }
}

const prepareJob = (core: SelectCore, request: SelectRequest): QueryJob => {
  const plan = validateRequest(request);
  if (plan.expression.length <= EXPRESSION_CHECKED_EARLY_MAX_BYTES) checkQuery(plan);
  const { object } = request;
  return {
    plan,
    nowMs: core.clock.nowMs(),
    principalId: request.principalId,
    openBytes: (offsetBytes, signal) => {
      const lengthBytes = object.sizeBytes - offsetBytes;
      if (lengthBytes <= 0) return noBytes();
      return core.reader.read(object, offsetBytes === 0 ? undefined : { offsetBytes, lengthBytes }, signal);
    },
  };
};

async function* noBytes(): AsyncGenerator<Uint8Array> {}

/** What has been sent so far. */
class AnswerState {
  counters = NO_BYTES;
  returnedBytes = 0;
  hasStarted = false;
  progressMs: number;

  constructor(startedMs: number) {
    this.progressMs = startedMs;
  }

  /** The counters as a frame shows them. */
  get shown(): SelectCounters {
    return { ...this.counters, returnedBytes: this.returnedBytes };
  }
}

async function* relayFrames(
  core: SelectCore,
  job: QueryJob,
  state: AnswerState,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  const outputs = core.executor.execute(job, AbortSignal.any([signal, stop.signal]))[Symbol.asyncIterator]();
  try {
    for (;;) {
      const output = yield* awaitOutput(core, outputs.next(), job, state);
      state.counters = output.counters;
      if (output.kind === 'end') break;
      state.hasStarted = true;
      state.returnedBytes += output.payload.length;
      yield recordsFrame(output.payload);
      yield* progressWhenDue(core, job, state);
    }
  } finally {
    // The consumer may stop while an output is awaited: only the signal reaches the executor then.
    stop.abort();
    await outputs.return?.();
  }
  state.hasStarted = true;
  if (job.plan.isProgressWanted) yield progressFrame(state.shown);
  yield statsFrame(state.shown);
  yield endFrame();
}

/** Waits for the next output; each second of silence is answered with a sign of life. */
async function* awaitOutput(
  core: SelectCore,
  pending: Promise<IteratorResult<QueryOutput>>,
  job: QueryJob,
  state: AnswerState,
): AsyncGenerator<Uint8Array, QueryOutput> {
  for (;;) {
    const result = await settleWithin(pending, CONTINUATION_INTERVAL_MS, core.clock);
    if (result === undefined) {
      state.hasStarted = true;
      yield continuationFrame();
      yield* progressWhenDue(core, job, state);
    } else if (result.done === true) {
      throw new SelectFailure('InternalError', 'We encountered an internal error. Please try again.');
    } else return result.value;
  }
}

function* progressWhenDue(core: SelectCore, job: QueryJob, state: AnswerState): Generator<Uint8Array> {
  const nowMs = core.clock.nowMs();
  if (!job.plan.isProgressWanted || nowMs - state.progressMs < PROGRESS_INTERVAL_MS) return;
  state.progressMs = nowMs;
  yield progressFrame(state.shown);
}
