export { createLogger, createSilentLogger, type Logger, type LoggerOptions } from './create-logger.ts';
export { createRequestIdSource } from './create-request-id-source.ts';
export { environmentName } from './flags/environment-name.ts';
export type { Flag, FlagTable, FlagValues, PrefixedFlags } from './flags/flag.ts';
export { FlagError } from './flags/flag-error.ts';
export {
  booleanFlag,
  choiceFlag,
  commonFlags,
  durationFlag,
  integerFlag,
  listFlag,
  numberFlag,
  optionalFlag,
  portFlag,
  prefixFlags,
  secretFlag,
  textFlag,
} from './flags/flag-kinds.ts';
export { formatFlagHelp } from './flags/format-flag-help.ts';
export { findNearestName } from './flags/nearest-name.ts';
export { formatDuration, parseDurationMs } from './flags/parse-duration.ts';
export { type FlagCommand, type FlagInput, type FlagOutcome, type FlagSource, readFlags } from './flags/read-flags.ts';
export { readTomlFile } from './flags/read-options-file.ts';
export {
  createOpsHandler,
  type OpsAnswer,
  type OpsHandler,
  type OpsHandlerOptions,
} from './health/create-ops-handler.ts';
export { Readiness, type ReadinessCheck } from './health/readiness.ts';
export { type OpsServer, startOpsServer } from './health/start-ops-server.ts';
export { endWithTurn } from './http/end-with-turn.ts';
export { cutIdleConnections } from './http/idle-connections.ts';
export { type LastAnswers, rememberAnswers } from './http/last-answers.ts';
export { DirectoryHeldError, type HeldDirectory, holdDirectory } from './lifecycle/hold-directory.ts';
export { Lifecycle } from './lifecycle/lifecycle.ts';
export { type RunOptions, runUntilSignal, type StartSignals, watchStartSignals } from './lifecycle/run-until-signal.ts';
export { freeMemory } from './memory/free-memory.ts';
export { releaseStartupMemory } from './memory/release-startup-memory.ts';
export { type MetricDescription, MetricsRegistry } from './metrics/metrics-registry.ts';
export { type CounterCell, HistogramCell, REQUEST_SECONDS_BOUNDS } from './metrics/plain-metrics.ts';
