/**
 * Keeps one target at work: tries again while its queue cannot be opened (a full disk, Redis away, another process still the owner), and
 * starts it anew when it lost its queue. Wrong settings are not tried again.
 */
import { TARGET_RESTART_MS } from './core/limits.ts';
import type { RegisteredTarget, TargetSlot } from './core/target-registry.ts';
import type { TargetInstance } from './core/target-settings.ts';
import { startTarget, type TargetSite } from './start-target.ts';
import { systemClock } from './system-clock.ts';

/** Resolves after the first try, whatever came of it. */
export async function superviseTarget(instance: TargetInstance, site: TargetSite): Promise<TargetSlot> {
  const closing = new AbortController();
  let current = await startTarget(instance, site);
  const keepRunning = async (): Promise<void> => {
    while (!closing.signal.aborted && isWorthAnotherTry(current)) {
      if (current.runner !== undefined) {
        await current.runner.finished;
        // On an ordinary stop, the closer below says how long it may take.
        if (closing.signal.aborted) return;
        await current.runner.close();
      }
      await systemClock.sleep(TARGET_RESTART_MS, closing.signal);
      if (!closing.signal.aborted) current = await startTarget(instance, site);
    }
  };
  const running = keepRunning();
  return {
    current: () => current,
    close: async (deadline) => {
      closing.abort();
      await current.runner?.close(deadline);
      await running;
      // One that was being started meanwhile.
      await current.runner?.close(deadline);
    },
  };
}

function isWorthAnotherTry({ runner, idle }: RegisteredTarget): boolean {
  return runner !== undefined || idle?.reason === 'queue_failed';
}
