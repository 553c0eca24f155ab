import { SeededRandom } from '@needlestack/fuzz';
import { canTrace, replayInterruptions, replayPowerLosses } from './replay-power-losses.ts';

const skipped = canTrace() ? '' : ' [skipped: strace is not here or may not trace]';
const testWithStrace = skipped === '' ? test : test.skip;
const SEED = 20_261_121;

testWithStrace(
  `a power failure at any moment loses nothing acknowledged, and every state opens${skipped}`,
  async () => {
    const { checked, events } = await replayPowerLosses({ needles: 60, states: 40, random: new SeededRandom(SEED) });
    expect(events).toBeGreaterThan(200);
    expect(checked).toBeGreaterThan(0);
  },
);

testWithStrace(
  `a kill behind any single call, also of a compaction, loses nothing and leaves nothing half done${skipped}`,
  async () => {
    const { states, compacting } = await replayInterruptions({ needles: 40 });
    expect(states).toBeGreaterThan(100);
    expect(compacting).toBeGreaterThan(20);
  },
);
