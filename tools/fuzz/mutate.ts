import type { SeededRandom } from './seeded-random.ts';

const MUTATIONS_MAX = 8;
const INSERTED_BYTES_MAX = 64;
/** Where lengths, signs and offsets go wrong. */
const EDGES = [
  0n,
  1n,
  2n,
  7n,
  8n,
  15n,
  16n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
];
const FIELD_BYTES = [1, 2, 4, 8] as const;

type Mutation = (input: Buffer, random: SeededRandom, corpus: readonly Buffer[]) => Buffer;

const flipBit: Mutation = (input, random) => {
  const at = random.between(0, input.length);
  input[at] = (input[at] ?? 0) ^ (1 << random.between(0, 8));
  return input;
};

/** A field becomes an edge value, or the length of the input more or less. */
const setField: Mutation = (input, random) => {
  const bytes = random.pick(FIELD_BYTES);
  if (input.length < bytes) return input;
  const value = random.next() < 0.3 ? BigInt(input.length + random.between(-16, 17)) : random.pick(EDGES);
  const field = Buffer.alloc(8);
  field.writeBigUInt64BE(BigInt.asUintN(64, random.next() < 0.2 ? -value : value));
  field.copy(input, random.between(0, input.length - bytes + 1), 8 - bytes);
  return input;
};

const cut: Mutation = (input, random) => {
  const start = random.between(0, input.length);
  const end = random.next() < 0.5 ? input.length : random.between(start, input.length + 1);
  return Buffer.concat([input.subarray(0, start), input.subarray(end)]);
};

const repeat: Mutation = (input, random) => {
  const start = random.between(0, input.length);
  const end = Math.min(input.length, start + random.between(1, INSERTED_BYTES_MAX));
  return Buffer.concat([input.subarray(0, end), input.subarray(start)]);
};

const insert: Mutation = (input, random) => {
  const at = random.between(0, input.length + 1);
  const noise = Buffer.from(
    Array.from({ length: random.between(1, INSERTED_BYTES_MAX) }, () => random.between(0, 256)),
  );
  return Buffer.concat([input.subarray(0, at), noise, input.subarray(at)]);
};

/** The head of one input and the tail of another. */
const splice: Mutation = (input, random, corpus) => {
  const other = random.pick(corpus);
  return Buffer.concat([
    input.subarray(0, random.between(0, input.length + 1)),
    other.subarray(random.between(0, other.length + 1)),
  ]);
};

const MUTATIONS: readonly Mutation[] = [flipBit, flipBit, setField, setField, cut, repeat, insert, splice];

/** A damaged copy of one of the inputs; never longer than `bytesMax`. */
export function mutate(corpus: readonly Buffer[], random: SeededRandom, bytesMax: number): Buffer {
  let input: Buffer = Buffer.from(random.pick(corpus));
  for (let left = random.between(1, MUTATIONS_MAX + 1); left > 0; left -= 1) {
    const mutation = input.length === 0 ? insert : random.pick(MUTATIONS);
    input = mutation(input, random, corpus);
  }
  return input.subarray(0, bytesMax);
}
