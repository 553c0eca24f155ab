/** The checker against stories that are true, stories that are not, and all orders of short ones. */
import fc from 'fast-check';
import { findViolation, type SequentialModel, type TimedOperation } from './linearizability.ts';
import { type RegisterOperation, registerModel } from './register-model.ts';
import { type SetOperation, setModel } from './set-model.ts';

const at = <T>(callUs: number, endUs: number, operation: T, isCertain = true): TimedOperation<T> => ({
  operation,
  callUs,
  endUs,
  isCertain,
});
const write = (etag: string): RegisterOperation => ({ kind: 'write', etag, condition: undefined, outcome: 'done' });
const read = (found: string): RegisterOperation => ({ kind: 'read', found });
const create = (etag: string, outcome: 'done' | 'failed'): RegisterOperation => ({
  kind: 'write',
  etag,
  condition: { absent: true },
  outcome,
});
const isLinearizable = (history: readonly TimedOperation<RegisterOperation>[]): boolean =>
  findViolation(registerModel, history) === undefined;

describe('histories of a register', () => {
  const unknown: RegisterOperation = { kind: 'write', etag: 'x', condition: undefined };

  test.each<[string, boolean, TimedOperation<RegisterOperation>[]]>([
    ['none', true, []],
    [
      'a read while a write is under way sees either',
      true,
      [at(0, 9, write('a')), at(1, 2, read('')), at(3, 4, read('a'))],
    ],
    ['a value that was seen does not go again', false, [at(0, 9, write('a')), at(1, 2, read('a')), at(3, 4, read(''))]],
    ['a stale read', false, [at(0, 1, write('a')), at(2, 3, write('b')), at(4, 5, read('a'))]],
    ['two that created', false, [at(0, 5, create('a', 'done')), at(1, 6, create('b', 'done'))]],
    ['one that created', true, [at(0, 5, create('a', 'failed')), at(1, 6, create('b', 'done'))]],
    ['none that created', false, [at(0, 5, create('a', 'failed')), at(1, 6, create('b', 'failed'))]],
    [
      'a write without answer that happened',
      true,
      [at(0, Infinity, unknown, false), at(1, 2, read('')), at(3, 4, read('x'))],
    ],
    ['a write without answer that never happened', true, [at(0, Infinity, unknown, false), at(1, 2, read(''))]],
    [
      'a write without answer that happened twice',
      false,
      [at(0, Infinity, unknown, false), at(1, 2, read('x')), at(3, 4, write('a')), at(5, 6, read('x'))],
    ],
    [
      'a write without answer that happened after its process had ended',
      false,
      [at(0, 2, unknown, false), at(3, 4, read('')), at(5, 6, read('x'))],
    ],
    [
      'a lost update',
      false,
      [
        at(0, 1, write('a')),
        at(2, 5, { kind: 'write', etag: 'b', condition: { match: 'a' }, outcome: 'done' }),
        at(2, 5, { kind: 'write', etag: 'c', condition: { match: 'a' }, outcome: 'done' }),
      ],
    ],
    [
      'a delete that held back',
      true,
      [at(0, 1, write('a')), at(2, 3, { kind: 'delete', condition: 'b', outcome: 'failed' }), at(4, 5, read('a'))],
    ],
    [
      'a delete that did not hold back',
      false,
      [at(0, 1, write('a')), at(2, 3, { kind: 'delete', condition: 'b', outcome: 'done' })],
    ],
  ])('%s', (_, expected, history) => {
    expect(isLinearizable(history)).toBe(expected);
  });

  test('a violation says how far the story goes', () => {
    const violation = findViolation(registerModel, [at(0, 1, write('a')), at(2, 3, read('a')), at(4, 5, read('b'))]);
    expect(violation).toEqual({ explained: [write('a'), read('a')], stuckAt: [read('b')] });
  });
});

describe('histories of a set', () => {
  const add = (key: string): SetOperation => ({ kind: 'add', key });
  const list = (keys: readonly string[], isTruncated = false, after = ''): SetOperation => ({
    kind: 'list',
    after,
    maxKeys: 2,
    page: { keys, isTruncated },
  });

  test.each<[string, boolean, TimedOperation<SetOperation>[]]>([
    [
      'pages',
      true,
      [
        at(0, 1, add('b')),
        at(0, 1, add('a')),
        at(0, 1, add('c')),
        at(2, 3, list(['a', 'b'], true)),
        at(2, 3, list(['c'], false, 'b')),
      ],
    ],
    ['a key that is missing', false, [at(0, 1, add('b')), at(0, 1, add('a')), at(2, 3, list(['a']))]],
    ['a page that says too little', false, [at(0, 1, add('b')), at(0, 1, add('a')), at(2, 3, list(['a', 'b'], true))]],
    [
      'a page of two moments',
      false,
      [at(0, 9, add('a')), at(0, 9, add('b')), at(1, 2, list(['a'])), at(3, 4, list(['b']))],
    ],
  ])('%s', (_, expected, history) => {
    expect(findViolation(setModel, history) === undefined).toBe(expected);
  });
});

/** The same answer by trying every order. */
function canBeOrdered<State, Operation>(
  model: SequentialModel<State, Operation>,
  history: readonly TimedOperation<Operation>[],
  state = model.initial,
  nowUs = Number.NEGATIVE_INFINITY,
): boolean {
  if (history.every(({ isCertain }) => !isCertain)) return true;
  return history.some((next, index) => {
    const atUs = Math.max(nowUs, next.callUs);
    if (atUs > next.endUs) return false;
    const after = model.step(state, next.operation);
    return after !== undefined && canBeOrdered(model, history.toSpliced(index, 1), after, atUs);
  });
}

const etags = fc.constantFrom('a', 'b');
const operations: fc.Arbitrary<RegisterOperation> = fc.oneof(
  fc.constantFrom<RegisterOperation[]>(read(''), read('a'), read('b')),
  etags.map(write),
  fc.tuple(etags, fc.constantFrom('done' as const, 'failed' as const)).map(([etag, outcome]) => create(etag, outcome)),
  fc
    .tuple(etags, etags, fc.constantFrom('done' as const, 'failed' as const, 'missing' as const, 'conflict' as const))
    .map(([etag, match, outcome]): RegisterOperation => ({ kind: 'write', etag, condition: { match }, outcome })),
  fc
    .tuple(fc.constantFrom('', 'a'), fc.constantFrom('done' as const, 'failed' as const))
    .map(([condition, outcome]): RegisterOperation => ({ kind: 'delete', condition, outcome })),
);
const timed = fc
  .tuple(operations, fc.nat(12), fc.nat(8), fc.boolean())
  .map(
    ([operation, callUs, lengthUs, isUnknown]): TimedOperation<RegisterOperation> =>
      isUnknown && operation.kind === 'write'
        ? at(
            callUs,
            callUs + lengthUs,
            { kind: 'write', etag: operation.etag, condition: operation.condition } as const,
            false,
          )
        : at(callUs, callUs + lengthUs, operation),
  );

test('agrees with trying every order', () => {
  const verdicts = new Set<boolean>();
  fc.assert(
    fc.property(fc.array(timed, { maxLength: 6 }), (history) => {
      const verdict = isLinearizable(history);
      verdicts.add(verdict);
      expect(verdict).toBe(canBeOrdered(registerModel, history));
    }),
    { numRuns: 2_000 },
  );
  expect(verdicts.size).toBe(2);
});

interface Told {
  readonly history: TimedOperation<RegisterOperation>[];
  /** Places of reads that answered. */
  readonly reads: number[];
}

/** A true story: everything happens at a moment of its own, some of it is called long before and answered long after. */
function tell(moments: readonly { readonly dice: number; readonly before: number; readonly after: number }[]): Told {
  let state = '';
  const reads: number[] = [];
  const history = moments.map(({ dice, before, after }, index): TimedOperation<RegisterOperation> => {
    const callUs = index * 10 - before;
    const endUs = index * 10 + after;
    if (dice < 5) {
      reads.push(index);
      return at(callUs, endUs, read(state));
    }
    const etag = `v${index}`;
    if (dice === 5 && index % 3 === 0) {
      if (index % 2 === 0) state = etag;
      return at(callUs, Infinity, { kind: 'write', etag, condition: undefined } as const, false);
    }
    if (dice === 6) {
      const outcome = state === '' ? 'done' : 'failed';
      if (outcome === 'done') state = etag;
      return at(callUs, endUs, create(etag, outcome));
    }
    state = dice === 7 ? '' : etag;
    return at(callUs, endUs, dice === 7 ? ({ kind: 'delete', condition: '', outcome: 'done' } as const) : write(etag));
  });
  return { history, reads };
}

const moments = (maxLength: number) =>
  fc.array(fc.record({ dice: fc.nat(9), before: fc.nat(60), after: fc.nat(60) }), {
    minLength: 1,
    maxLength,
    size: 'max',
  });

test('finds the order of true stories', () => {
  fc.assert(
    fc.property(moments(200), (given) => {
      expect(findViolation(registerModel, tell(given).history)).toBeUndefined();
    }),
  );
});

test('finds a read of what nobody wrote', () => {
  fc.assert(
    fc.property(moments(40), fc.nat(), (given, pick) => {
      const { history, reads } = tell(given);
      const index = reads[pick % Math.max(1, reads.length)];
      fc.pre(index !== undefined);
      history[index] = { ...(history[index] ?? at(0, 0, read(''))), operation: read('never written') };
      expect(findViolation(registerModel, history)).toBeDefined();
    }),
    { numRuns: 30 },
  );
});
