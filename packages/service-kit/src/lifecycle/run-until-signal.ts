import type { Logger } from 'pino';

export interface RunOptions {
  readonly logger: Logger;
  /** The process is cut this long after the first signal, drained or not. */
  readonly graceMs: number;
  /** Stops the service; resolves when everything is drained and closed. */
  readonly close: (graceMs: number) => Promise<void>;
  /** What watched for signals until now; the first of them counts as if it came now. */
  readonly startSignals?: StartSignals;
}

/** Signals that come while a service starts. */
export interface StartSignals {
  /** Stops watching, and gives the first signal that came. */
  end(): NodeJS.Signals | undefined;
}

/** A close that keeps the grace time still needs a moment to cut what is left before the process is ended by force. */
const CUT_MARGIN_MS = 2_000;

/** A terminal and a parent process may both pass on one Ctrl-C: what comes this soon after the first signal is the same one. */
const SAME_SIGNAL_MS = 500;

/** A start that takes longer than this after a signal is not waited for. */
const START_MS = 5_000;

/**
 * Keeps the first SIGTERM or SIGINT of a start until the service has started and can be stopped in order: its ports are open before that. A second
 * one, or a start that takes too long, ends the process as the signal would have.
 */
export const watchStartSignals = (): StartSignals => {
  let first: { readonly signal: NodeJS.Signals; readonly atMs: number; readonly timer: NodeJS.Timeout } | undefined;
  const end = (): NodeJS.Signals | undefined => {
    clearTimeout(first?.timer);
    process.off('SIGTERM', onSignal).off('SIGINT', onSignal);
    return first?.signal;
  };
  const giveUp = (signal: NodeJS.Signals): void => {
    end();
    process.kill(process.pid, signal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const atMs = performance.now();
    if (first === undefined) first = { signal, atMs, timer: setTimeout(giveUp, START_MS, signal) };
    else if (atMs - first.atMs > SAME_SIGNAL_MS) giveUp(signal);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return { end };
};

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
  const early = options.startSignals?.end();
  if (early !== undefined) onSignal(early);
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
