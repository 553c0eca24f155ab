import {
  createLogger,
  type Logger,
  type MetricsRegistry,
  releaseStartupMemory,
  runUntilSignal,
  watchStartSignals,
} from '@needlestack/service-kit';

const FAILURE_STATUS = 1;

/** What every started service has in common. */
interface RunningService {
  readonly metrics?: MetricsRegistry;
  /** Resolves when the service finds that it must not go on. */
  readonly failure?: Promise<Error>;
  close(graceMs?: number): Promise<void>;
}

/** Runs one service as this process: starts it, waits for the signal, drains. Resolves with the exit status. */
export async function runService(options: {
  readonly name: string;
  readonly verbosity: number;
  readonly graceMs: number;
  /** Where log lines go; standard error unless given. */
  readonly logPath?: string;
  readonly start: (logger: Logger) => Promise<RunningService>;
  /** Ends connections to other services, after the service has stopped. */
  readonly disconnect?: () => Promise<void> | void;
}): Promise<number> {
  const { name, verbosity, logPath } = options;
  const logger = createLogger({ service: name, verbosity, ...(logPath === undefined ? undefined : { path: logPath }) });
  const startSignals = watchStartSignals();
  const service = await options.start(logger).catch((error: unknown): never => {
    startSignals.end();
    throw error;
  });
  service.metrics?.addProcessMetrics();
  let failed = false;
  void service.failure?.then((error) => {
    failed = true;
    logger.fatal({ err: error }, 'the service must not go on');
    process.kill(process.pid, 'SIGTERM');
  });
  const stopped = runUntilSignal({
    logger,
    graceMs: options.graceMs,
    startSignals,
    close: async (graceMs) => {
      await service.close(graceMs);
      await options.disconnect?.();
    },
  });
  // Takes a tenth of a second: signals are heeded before it.
  releaseStartupMemory();
  const status = await stopped;
  return failed ? FAILURE_STATUS : status;
}
