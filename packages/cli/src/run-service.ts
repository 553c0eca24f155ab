import { createLogger, type Logger, type MetricsRegistry, runUntilSignal } from '@needlestack/service-kit';

/** What every started service has in common. */
interface RunningService {
  readonly metrics?: MetricsRegistry;
  close(graceMs?: number): Promise<void>;
}

/** Runs one service as this process: starts it, waits for the signal, drains. Resolves with the exit status. */
export async function runService(options: {
  readonly name: string;
  readonly verbosity: number;
  readonly graceMs: number;
  readonly start: (logger: Logger) => Promise<RunningService>;
  /** Ends connections to other services, after the service has stopped. */
  readonly disconnect?: () => Promise<void> | void;
}): Promise<number> {
  const logger = createLogger({ service: options.name, verbosity: options.verbosity });
  const service = await options.start(logger);
  service.metrics?.addProcessMetrics();
  return runUntilSignal({
    logger,
    graceMs: options.graceMs,
    close: async (graceMs) => {
      await service.close(graceMs);
      await options.disconnect?.();
    },
  });
}
