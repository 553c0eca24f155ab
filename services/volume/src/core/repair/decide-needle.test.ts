import fc from 'fast-check';
import { CLOCK_SKEW_NS, decideNeedle, type KnownState } from './decide-needle.ts';
import type { NeedleState } from './needle-state.ts';

const SECOND_NS = 1_000_000_000n;
const START_NS = 1_800_000_000n * SECOND_NS;

/** A state at so many seconds; contents are told apart by their checksums. */
function state(kind: NeedleState['kind'], atSeconds: number, checksum = 1, cookie = 7): NeedleState {
  const sizeBytes = kind === 'deleted' ? 0 : 100;
  const appendAtNs = START_NS + BigInt(atSeconds) * SECOND_NS;
  return { key: 1n, kind, cookie, checksum, sizeBytes, appendAtNs, offsetBytes: 8 };
}

const live = (atSeconds: number, checksum?: number, cookie?: number) => state('live', atSeconds, checksum, cookie);
const deleted = (atSeconds: number, checksum?: number) => state('deleted', atSeconds, checksum);
const damaged = (atSeconds: number, checksum?: number) => state('damaged', atSeconds, checksum);
const unknownTime = (of: NeedleState): NeedleState => ({ ...of, appendAtNs: 0n });

test.each<[string, KnownState, readonly KnownState[], string]>([
  ['the same here and there', live(1), [live(2)], 'keep'],
  ['a write that was missed', undefined, [live(5)], 'write'],
  ['an overwrite that was missed', live(1, 1), [live(5, 2)], 'write'],
  ['an overwrite that the other missed', live(5, 2), [live(1, 1)], 'keep'],
  ['an overwrite by another file', live(1, 1), [live(500, 1, 8)], 'write'],
  ['the same data under another cookie', live(1, 1), [live(2, 1, 8)], 'undecided'],
  ['a deletion that was missed', live(1), [deleted(5)], 'delete'],
  ['a deletion that the other missed', deleted(5), [live(1)], 'keep'],
  ['a deletion whose clock is behind', live(60), [deleted(1)], 'delete'],
  ['a rewrite with other content after a deletion', deleted(5, 1), [live(6, 2)], 'write'],
  ['a rewrite with the same content long after a deletion', deleted(5), [live(600)], 'write'],
  ['a deletion of nothing', undefined, [deleted(5)], 'keep'],
  ['deleted on both', deleted(4), [deleted(5)], 'keep'],
  // Carried over from a third holder while the one with the deletion was away, hours after it was written.
  ['a copy that was carried over and looks new', live(9_000), [deleted(500), live(1)], 'delete'],
  ['two against one', live(1, 1), [live(5, 2), live(5, 2)], 'write'],
  ['the last of three contents', live(1, 1), [live(9, 3), live(5, 2)], 'write'],
  ['damage, the same content there', damaged(5), [live(5)], 'write'],
  ['damage, a later content there', damaged(5, 1), [live(600, 2)], 'write'],
  ['damage, an older content there', damaged(600, 2), [live(5, 1)], 'undecided'],
  ['damage, times unreadable, the size right', unknownTime(damaged(0, 9)), [live(5, 1)], 'write'],
  ['damage, deleted there', damaged(1), [deleted(5)], 'delete'],
  ['damage, nothing there', damaged(1), [undefined], 'undecided'],
  ['damage on both', damaged(1), [damaged(1)], 'undecided'],
  ['two contents without times', unknownTime(live(0, 1)), [unknownTime(live(0, 2))], 'undecided'],
  ['a deletion without a time', live(5), [unknownTime(deleted(0))], 'delete'],
])('%s', (_name, own, others, decision) => {
  expect(decideNeedle(own, others, 0n).kind).toBe(decision);
});

test('the last content is taken, with the earliest time that a holder has for it', () => {
  const decision = decideNeedle(live(1, 1), [live(8, 2), live(6, 2)], 0n);
  expect(decision).toEqual({ kind: 'write', from: live(6, 2) });
});

test('a holder that may have forgotten a deletion does not take the needle', () => {
  const compactedNs = START_NS + 1_000n * SECOND_NS;
  expect(decideNeedle(undefined, [live(5)], compactedNs).kind).toBe('undecided');
  expect(decideNeedle(undefined, [live(1_001)], compactedNs).kind).toBe('undecided');
  const later = 1_001 + Number(CLOCK_SKEW_NS / SECOND_NS);
  expect(decideNeedle(undefined, [live(later)], compactedNs).kind).toBe('write');
});

test('holders that follow their decisions agree, in whatever order they act, and nothing deleted comes back', () => {
  // Histories of one needle with honest clocks: writes and deletions, each of which some holders missed.
  const operation = fc.record({
    kind: fc.constantFrom('live' as const, 'deleted' as const),
    reached: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 6 }),
      fc.shuffledSubarray([0, 1, 2], { minLength: 3 }),
      (ops, order) => {
        const holders: KnownState[] = [undefined, undefined, undefined];
        ops.forEach(({ kind, reached }, index) => {
          const atSeconds = (index + 1) * 1_000;
          reached.forEach((isReached, holder) => {
            const before = holders[holder];
            if (!isReached) return;
            if (kind === 'live') holders[holder] = live(atSeconds, index);
            else if (before?.kind === 'live') holders[holder] = deleted(atSeconds, before.checksum);
          });
        });
        const times = holders.filter((known) => known !== undefined);
        const last = times.sort((a, b) => Number(b.appendAtNs - a.appendAtNs))[0];
        for (const holder of order) {
          const others = holders.filter((_, other) => other !== holder);
          const decision = decideNeedle(holders[holder], others, 0n);
          const nowSeconds = 100_000 + holder;
          if (decision.kind === 'write') holders[holder] = live(nowSeconds, decision.from.checksum);
          if (decision.kind === 'delete') holders[holder] = deleted(nowSeconds, decision.as.checksum);
          expect(decision.kind).not.toBe('undecided');
        }
        const outcomes = holders.map((known) => (known?.kind === 'live' ? known.checksum : 'gone'));
        expect(outcomes).toEqual(outcomes.map(() => (last?.kind === 'live' ? last.checksum : 'gone')));
      },
    ),
  );
});
