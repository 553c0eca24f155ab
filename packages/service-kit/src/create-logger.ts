import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger } from 'pino';

const STDERR = 2;
const LEVELS = ['info', 'debug', 'trace'] as const;

export interface LoggerOptions {
  /** On every line: `master`, `volume`, ... */
  readonly service: string;
  /** 0 informs, 1 debugs, 2 and more trace. */
  readonly verbosity?: number;
  /** Where lines go; stderr unless a test says otherwise. */
  readonly stream?: DestinationStream;
  /** A file that lines are appended to instead; its directory is made. */
  readonly path?: string;
}

const levelOf = (verbosity: number): string => LEVELS[Math.min(Math.max(verbosity, 0), LEVELS.length - 1)] ?? 'info';

/**
 * A logger of JSON lines. Lines to stderr are written off the request's path and flushed when the process ends.
 * A child with a request's id: `logger.child({ requestId })`.
 */
export const createLogger = (options: LoggerOptions): Logger =>
  pino(
    {
      level: levelOf(options.verbosity ?? 0),
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.stream ?? destination({ dest: options.path ?? STDERR, mkdir: options.path !== undefined, sync: false }),
  );

/** A logger that says nothing, for tests and tools. */
export const createSilentLogger = (): Logger => pino({ level: 'silent' });
