/**
 * A fuzzer for decoders: it damages good inputs, again and again, and keeps those that were refused in a way not seen before to damage
 * them further.
 *
 * An input that is refused by the decoder's own error is fine. What is not: any other error, an answer that depends on the bytes around the
 * input (a read out of range), and one that takes long.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, isDeepStrictEqual, parseArgs } from 'node:util';
import { mutate } from './mutate.ts';
import { SeededRandom } from './seeded-random.ts';
import { Watchdog } from './watchdog.ts';

export interface FuzzTarget {
  readonly name: string;
  /** Good inputs; at least one. */
  readonly seeds: readonly Buffer[];
  /** Decodes all of the input. What it returns is compared, so it must not hold anything but what was decoded. */
  decode(input: Buffer): unknown;
  /** Whether the error is the decoder's own way to refuse an input. */
  isRefusal(error: unknown): boolean;
  /** 64 KiB unless said otherwise. */
  readonly inputBytesMax?: number;
}

const INPUT_BYTES_MAX = 65_536;
const CORPUS_MAX = 4_096;
/** So often a good input is damaged, however many refused ones there are by then: from those alone hardly a way leads back. */
const SEED_SHARE = 0.5;
/** What lies around an input in memory, in turn: whoever reads beyond it answers differently. */
const SURROUNDINGS = [0x00, 0xff] as const;
const SURROUNDING_BYTES = 64;
/** Inputs are small; whatever takes this long grows faster than its input. */
const SLOW_MS = 1_000;
/** Refusals that differ in numbers alone are one way to refuse. */
const NUMBERS = /0x[0-9a-f]+|\b[0-9a-f]{4,}\b|\d+/g;
const MS_PER_MINUTE = 60_000;

type Outcome =
  | { readonly kind: 'decoded'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Runs the targets one after the other, each for `--minutes` (0.1), from `--seed` (the time); with `--only` those alone whose name has that
 * text in it. Exit status 1 at the first finding.
 */
export async function fuzz(targets: readonly FuzzTarget[]): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '0.1' },
      seed: { type: 'string' },
      only: { type: 'string', default: '' },
    },
  });
  const seed = values.seed === undefined ? Date.now() : Number(values.seed);
  const watchdog = new Watchdog();
  try {
    for (const target of targets.filter(({ name }) => name.includes(values.only))) {
      process.stdout.write(`${target.name}: `);
      const summary = fuzzTarget(target, Number(values.minutes) * MS_PER_MINUTE, seed, () => watchdog.tick());
      process.stdout.write(`${summary}, seed ${seed}\n`);
    }
  } catch (finding) {
    process.stdout.write(`${inspect(finding)}\nseed ${seed}\n`);
    process.exitCode = 1;
  } finally {
    await watchdog.stop();
  }
}

/**
 * Runs one target and says in a sentence what came of it.
 * @throws Error at the first finding; the input that led to it is kept in a file
 */
export function fuzzTarget(target: FuzzTarget, durationMs: number, seed: number, onInput: () => void): string {
  const random = new SeededRandom(seed);
  const corpus = [...target.seeds];
  const seen = new Set<string>();
  const untilMs = performance.now() + durationMs;
  let runs = 0;
  let refused = 0;
  for (const input of target.seeds) {
    const outcome = decodeTwice(target, input);
    if (outcome.kind === 'refused') throw report(target, input, `a seed was refused: ${outcome.why}`);
  }
  while (performance.now() < untilMs) {
    onInput();
    const from = random.next() < SEED_SHARE ? target.seeds : corpus;
    const input = mutate(from, random, target.inputBytesMax ?? INPUT_BYTES_MAX);
    const startMs = performance.now();
    const outcome = decodeTwice(target, input);
    if (performance.now() - startMs > SLOW_MS && isSlow(target, input))
      throw report(target, input, `takes more than ${SLOW_MS} ms`);
    runs += 1;
    if (outcome.kind === 'decoded') continue;
    refused += 1;
    if (seen.has(outcome.why) || corpus.length >= CORPUS_MAX) continue;
    seen.add(outcome.why);
    corpus.push(Buffer.from(input));
  }
  return `${runs} inputs, ${refused} refused in ${seen.size} ways`;
}

/** Once more by the processor's time: on a busy machine anything may take long once. */
function isSlow(target: FuzzTarget, input: Buffer): boolean {
  const before = process.cpuUsage();
  decodeTwice(target, input);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 > SLOW_MS;
}

function decodeTwice(target: FuzzTarget, input: Buffer): Outcome {
  const [first, second] = SURROUNDINGS.map((byte) => decodeAmong(target, input, byte));
  if (first === undefined || !isDeepStrictEqual(first, second))
    throw report(target, input, 'the answer depends on bytes around the input');
  return first;
}

function decodeAmong(target: FuzzTarget, input: Buffer, surrounding: number): Outcome {
  const memory = Buffer.alloc(input.length + 2 * SURROUNDING_BYTES, surrounding);
  input.copy(memory, SURROUNDING_BYTES);
  try {
    return {
      kind: 'decoded',
      value: target.decode(memory.subarray(SURROUNDING_BYTES, SURROUNDING_BYTES + input.length)),
    };
  } catch (error) {
    if (!target.isRefusal(error)) throw report(target, input, error);
    return { kind: 'refused', why: String(error).replace(NUMBERS, 'n') };
  }
}

/** Keeps the input, so that it can become a test. */
function report(target: FuzzTarget, input: Buffer, cause: unknown): Error {
  const path = join(mkdtempSync(join(tmpdir(), 'needlestack-fuzz-')), 'input');
  writeFileSync(path, input);
  return new Error(`${target.name}: ${input.length} bytes kept as ${path}`, { cause });
}
