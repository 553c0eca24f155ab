export { type FuzzTarget, fuzz, fuzzTarget } from './fuzz.ts';
export { mutate } from './mutate.ts';
export { SeededRandom } from './seeded-random.ts';
