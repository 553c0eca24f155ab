import type { Logger } from 'pino';

export interface RunOptions {
  readonly logger: Logger;
  /** The process is cut this long after the first signal, drained or not. */
  readonly graceMs: number;
  /** Stops the service; resolves when everything is drained and closed. */
  readonly close: (graceMs: number) => Promise<void>;
}

/** A close that keeps the grace time still needs a moment to cut what is left before the process is ended by force. */
const CUT_MARGIN_MS = 2_000;

/** A terminal and a parent process may both pass on one Ctrl-C: what comes this soon after the first signal is the same one. */
const SAME_SIGNAL_MS = 500;

/**
 * Waits for SIGTERM or SIGINT, then closes. Returns the exit status: 0 when closed within the grace time, 1 when the
 * close failed, overran, or a second signal asked for haste.
 */
export const runUntilSignal = async (options: RunOptions): Promise<number> => {
  const { logger, graceMs } = options;
  const haste = Promise.withResolvers<number>();
  const first = Promise.withResolvers<NodeJS.Signals>();
  let firstAtMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    firstAtMs ??= nowMs;
    if (nowMs === firstAtMs) first.resolve(signal);
    else if (nowMs - firstAtMs > SAME_SIGNAL_MS) haste.resolve(1);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  const signal = await first.promise;
  logger.info({ signal, graceMs }, 'stopping');
  const timer = setTimeout(() => haste.resolve(1), graceMs + CUT_MARGIN_MS);
  const closed = options.close(graceMs).then(
    () => 0,
    () => 1,
  );
  const status = await Promise.race([closed, haste.promise]);
  clearTimeout(timer);
  process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
  logger.info({ status }, 'stopped');
  return status;
};
