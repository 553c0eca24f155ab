import type { SeededRandom } from '@needlestack/fuzz';

/** How wrong a clock may be. */
const SKEW_MS_MAX = 60_000;
const PRELOAD = new URL('skew-clock.mjs', import.meta.url).href;

/** Milliseconds by which the next process's clock is wrong: ahead and behind in turn, so that time goes back at a start. */
export function* wrongClocks(random: SeededRandom): Generator<number, never> {
  for (let sign = 1; ; sign = -sign) yield sign * random.between(SKEW_MS_MAX / 2, SKEW_MS_MAX);
}

/** What gives a Node process such a clock. */
export function clockEnvironment(offsetMs: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${PRELOAD}`, TEST_CLOCK_OFFSET_MS: String(offsetMs) };
}
