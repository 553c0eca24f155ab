import fc from 'fast-check';
import { FileIdSequence } from './file-id-sequence.ts';
import { FILE_KEY_LIMIT } from './limits.ts';
import type { DurableState, StateStore } from './ports.ts';

/** Keeps what was saved, as a disk would; writes can be made to fail. */
class StateInMemory implements StateStore {
  state: DurableState = { fileKeyCeiling: 0n, volumeIdMax: 0, topologyId: 't' };
  isFailing = false;
  saves = 0;

  load(): Promise<DurableState> {
    return Promise.resolve(this.state);
  }

  async saveFileKeyCeiling(fileKeyCeiling: bigint): Promise<void> {
    await Promise.resolve();
    if (this.isFailing) throw new Error('disk full');
    this.saves += 1;
    this.state = { ...this.state, fileKeyCeiling };
  }

  async saveVolumeIdMax(volumeIdMax: number): Promise<void> {
    await Promise.resolve();
    if (this.isFailing) throw new Error('disk full');
    this.state = { ...this.state, volumeIdMax };
  }
}

type Step =
  | { readonly kind: 'reserve'; readonly count: number }
  | { readonly kind: 'observe'; readonly key: number }
  | { readonly kind: 'crash' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('reserve' as const), count: fc.integer({ min: 1, max: 3_000_000 }) }),
  fc.record({ kind: fc.constant('observe' as const), key: fc.nat(50_000_000) }),
  fc.record({ kind: fc.constant('crash' as const) }),
);

test('over any history of reservations, reports and crashes, keys only rise and stay below the durable ceiling', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const store = new StateInMemory();
      let sequence = new FileIdSequence(store, store.state);
      let highest = 0n;
      for (const next of steps) {
        if (next.kind === 'crash') sequence = new FileIdSequence(store, store.state);
        else if (next.kind === 'observe') sequence.observeKey(BigInt(next.key));
        else {
          const first = await sequence.reserveKeys(next.count);
          expect(first).toBeGreaterThan(highest);
          highest = first + BigInt(next.count) - 1n;
          expect(highest).toBeLessThan(store.state.fileKeyCeiling);
        }
      }
    }),
  );
});

test('concurrent reservations do not overlap and share a write', async () => {
  const store = new StateInMemory();
  const sequence = new FileIdSequence(store, store.state);
  const firsts = await Promise.all(Array.from({ length: 100 }, () => sequence.reserveKeys(10)));
  expect(new Set(firsts).size).toBe(100);
  expect(store.saves).toBe(1);
});

test('nothing is given out that could not be made durable', async () => {
  const store = new StateInMemory();
  const sequence = new FileIdSequence(store, store.state);
  store.isFailing = true;
  await expect(sequence.reserveKeys(1)).rejects.toThrow('disk full');
  await expect(sequence.nextVolumeId()).rejects.toThrow('disk full');
  store.isFailing = false;
  expect(await sequence.reserveKeys(1)).toBe(1n);
  const ids = await Promise.all([sequence.nextVolumeId(), sequence.nextVolumeId()]);
  expect(new Set(ids).size).toBe(2);
  expect(store.state.volumeIdMax).toBe(Math.max(...ids));
});

test('an absurd key is not learned; a volume that nobody made here is noticed', () => {
  const store = new StateInMemory();
  const sequence = new FileIdSequence(store, store.state);
  expect(sequence.observeKey(FILE_KEY_LIMIT)).toBe(false);
  expect(sequence.observeKey(FILE_KEY_LIMIT - 1n)).toBe(true);
  expect(sequence.hasSeenForeignVolumes).toBe(false);
  sequence.observeVolumeId(9);
  expect(sequence.hasSeenForeignVolumes).toBe(true);
  expect(sequence.volumeIdMax).toBe(9);
});
