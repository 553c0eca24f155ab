import { SelectError, type SelectRequest } from '@needlestack/service-contracts';
import { decodeFrames, kindsOf } from '../../test/support/decode-frames.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { requestOf } from '../../test/support/run-query.ts';
import type { EndedQuery, QueryExecutor, QueryOutput } from './ports.ts';
import { SelectFailure } from './select-failure.ts';
import { createSelectPort } from './select-object.ts';

const counters = { scannedBytes: 10, processedBytes: 20 };
const rows = (text: string): QueryOutput => ({ kind: 'rows', payload: Buffer.from(text), counters });
const end: QueryOutput = { kind: 'end', counters };

/** An executor whose outputs the test gives one by one. */
class ScriptedExecutor implements QueryExecutor {
  readonly #waiting: PromiseWithResolvers<QueryOutput>[] = [];
  readonly #given: Promise<QueryOutput>[] = [];
  isAborted = false;

  give(output: QueryOutput | Error): void {
    const turn = this.#waiting.shift() ?? this.#newTurn();
    if (output instanceof Error) turn.reject(output);
    else turn.resolve(output);
  }

  #newTurn(): PromiseWithResolvers<QueryOutput> {
    const turn = Promise.withResolvers<QueryOutput>();
    this.#given.push(turn.promise);
    return turn;
  }

  async *execute(_job: unknown, signal: AbortSignal): AsyncGenerator<QueryOutput> {
    signal.addEventListener('abort', () => {
      this.isAborted = true;
      for (const turn of this.#waiting) turn.reject(signal.reason);
    });
    for (;;) {
      let output = this.#given.shift();
      if (output === undefined) {
        const turn = Promise.withResolvers<QueryOutput>();
        this.#waiting.push(turn);
        output = turn.promise;
      }
      yield await output;
    }
  }
}

const setUp = (change: Partial<SelectRequest> = {}) => {
  const clock = new ManualClock();
  const executor = new ScriptedExecutor();
  const ended: EndedQuery[] = [];
  const faults: unknown[] = [];
  const port = createSelectPort({
    reader: {
      read: () => ({
        [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
      }),
    },
    executor,
    clock,
    events: {
      queryAdmitted: () => {},
      queryEnded: (query) => ended.push(query),
      workerKilled: () => {},
      faultSeen: (fault) => faults.push(fault),
    },
  });
  const request = { ...requestOf({ sql: 'SELECT * FROM S3Object', data: 'a\n' }), ...change };
  const frames = port.select(request, new AbortController().signal)[Symbol.asyncIterator]();
  /** The kind of the next frame. While it is awaited `meanwhile` happens. */
  const nextKind = async (meanwhile: () => void = () => {}): Promise<string | undefined> => {
    const pending = frames.next();
    await new Promise((resolve) => setImmediate(resolve));
    meanwhile();
    const { value, done } = await pending;
    return done === true ? undefined : kindsOf(decodeFrames(value))[0];
  };
  return { clock, executor, ended, faults, frames, nextKind };
};

test('each second of silence is a sign of life, each minute progress when asked for', async () => {
  const { clock, executor, nextKind, ended } = setUp({ requestProgressEnabled: true });
  const kinds: (string | undefined)[] = [];
  for (let frame = 0; frame < 61; frame += 1)
    kinds.push(await nextKind(frame < 60 ? () => clock.fireNext() : undefined));
  expect(kinds.filter((kind) => kind === 'Cont')).toHaveLength(60);
  expect(kinds.at(-1)).toBe('Progress');
  expect(clock.nowMs()).toBe(60_000);
  expect(await nextKind(() => executor.give(rows('a\n')))).toBe('Records');
  expect(await nextKind(() => executor.give(end))).toBe('Progress');
  expect([await nextKind(), await nextKind(), await nextKind()]).toEqual(['Stats', 'End', undefined]);
  expect(ended).toEqual([{ result: 'OK', counters, returnedBytes: 2, durationMs: 60_000 }]);
});

test('a failure before the first frame is thrown, one after it is a frame', async () => {
  const early = setUp();
  await expect(early.nextKind(() => early.executor.give(new SelectFailure('Busy', 'later')))).rejects.toMatchObject({
    code: 'Busy',
    httpStatus: 503,
  });
  const late = setUp();
  expect(await late.nextKind(() => late.clock.fireNext())).toBe('Cont');
  expect(await late.nextKind(() => late.executor.give(new SelectFailure('CastFailed', 'x')))).toBe('error');
  expect(await late.nextKind()).toBeUndefined();
  expect(late.ended[0]?.result).toBe('CastFailed');
});

test('a fault of ours is told to the log, and to the client only as such', async () => {
  const { executor, nextKind, faults } = setUp();
  const refused = nextKind(() => executor.give(new Error('disk 7 is on fire')));
  await expect(refused).rejects.toBeInstanceOf(SelectError);
  await expect(refused).rejects.toMatchObject({ code: 'InternalError', httpStatus: 500 });
  await expect(refused).rejects.not.toThrow(/disk/);
  expect(faults).toHaveLength(1);
});

test('a client that goes stops the query', async () => {
  const { executor, frames, nextKind, ended } = setUp();
  expect(await nextKind(() => executor.give(rows('a\n')))).toBe('Records');
  await frames.return?.();
  expect(executor.isAborted).toBe(true);
  expect(ended[0]?.result).toBe('Cancelled');
});
