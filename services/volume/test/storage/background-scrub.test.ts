import { openSync, writeSync } from 'node:fs';
import { plainNeedle, writeNeedle } from '../../src/core/needles/write-needle.ts';
import { BackgroundScrub } from '../../src/core/scrub/background-scrub.ts';
import { createBytePacer } from '../../src/core/transfer/pace-bytes.ts';
import { newVolume, openRegistry, tempDirectory } from '../support/test-volumes.ts';

const HOUR_MS = 3_600_000;

/** A clock that moves only by being waited for. */
class WaitedClock {
  ms = 0;

  nowMs = (): number => this.ms;

  pause = async (ms: number, signal: AbortSignal): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    this.ms += ms;
  };
}

test('every volume is read through once in its time, spread over the first round, and damage is told', async () => {
  const path = tempDirectory();
  const { registry, events } = await openRegistry(path);
  for (const volumeId of [1, 2]) {
    const volume = await registry.allocate(newVolume(volumeId));
    await writeNeedle(volume, plainNeedle(1n, 1, Buffer.from('data'), 1));
  }
  writeSync(openSync(`${path}/2.dat`, 'r+'), 'X', 8 + 16 + 4);
  const clock = new WaitedClock();
  const seenAtHours: number[] = [];
  const twoRounds = Promise.withResolvers<void>();
  const scrub = new BackgroundScrub({
    volumes: () => registry.list(),
    everyMs: 3 * HOUR_MS,
    pacer: createBytePacer(0, clock, clock.pause),
    clock,
    pause: clock.pause,
    events: {
      volumeScrubbed: (volumeId, report) => {
        events.volumeScrubbed(volumeId, report);
        seenAtHours.push(clock.ms / HOUR_MS);
        if (seenAtHours.length === 4) twoRounds.resolve();
      },
    },
  });
  scrub.start();
  await twoRounds.promise;
  await scrub.close();
  expect(seenAtHours).toEqual([1, 2, 4, 5]);
  const round = ['scrubbed: 1 needles 1 faults 0', 'scrubbed: 2 needles 1 faults 1'];
  expect(events.told).toEqual([...round, ...round]);
  await registry.close();
});

test('a pacer keeps below its rate, saves nothing up, and ends with its signal', async () => {
  const clock = new WaitedClock();
  const pacer = createBytePacer(1_000, clock, clock.pause);
  const { signal } = new AbortController();
  await pacer.pass(5_000, signal);
  expect(clock.ms).toBe(5_000);
  clock.ms = 60_000;
  await pacer.pass(1_000, signal);
  await pacer.pass(1_000, signal);
  expect(clock.ms).toBe(62_000);
  await expect(pacer.pass(1_000, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
