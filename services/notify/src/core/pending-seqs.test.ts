import fc from 'fast-check';
import { PendingSeqs } from './pending-seqs.ts';

test('the lowest is what a plain search finds, also after a rewind', () => {
  const step = fc.record({ seq: fc.bigInt({ min: 0n, max: 30n }), isAdd: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pending = new PendingSeqs();
      const model = new Set<bigint>();
      for (const { seq, isAdd } of steps) {
        if (isAdd) {
          pending.add(String(seq), seq);
          model.add(seq);
        } else {
          pending.delete(String(seq));
          model.delete(seq);
        }
        expect(pending.lowest()).toBe([...model].sort((a, b) => Number(a - b))[0]);
      }
    }),
  );
});
