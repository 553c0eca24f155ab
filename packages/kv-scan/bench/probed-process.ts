import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type NeedlestackProcess, startNeedlestackProcess, TEST_CREDENTIALS } from '@needlestack/test-servers';
import type { MostMemory } from './memory-watch.ts';
import type { LongestWork } from './work-watch.ts';

const PROBE = fileURLToPath(new URL('probe.ts', import.meta.url));

export interface ProbeReport extends MostMemory, LongestWork {
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly cpuMs: number;
}

/** A `needlestack` command that tells how it fares. */
export interface ProbedProcess extends NeedlestackProcess {
  /** Since the last report. */
  report(): Promise<ProbeReport>;
}

export async function startProbed(
  verb: string,
  flags: readonly string[],
  options: { readonly readyUrl: string; readonly probePath: string; readonly more?: Readonly<Record<string, string>> },
): Promise<ProbedProcess> {
  const started = await startNeedlestackProcess({
    verb,
    flags,
    credentials: TEST_CREDENTIALS,
    environment: { NODE_OPTIONS: `--import=${PROBE}`, NS_PROBE: options.probePath, ...options.more },
    readyUrl: options.readyUrl,
  });
  return {
    ...started,
    report: async () => {
      rmSync(options.probePath, { force: true });
      process.kill(started.pid, 'SIGUSR2');
      for (;;) {
        await pause(5);
        try {
          return JSON.parse(readFileSync(options.probePath, 'utf8')) as ProbeReport;
        } catch {
          // Not written yet.
        }
      }
    },
  };
}
