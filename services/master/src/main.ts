// One master as a process of its own.
import { commonFlags, createLogger, FlagError, readFlags, runUntilSignal } from '@needlestack/service-kit';
import { masterFlags, readMasterOptions, readProcessEnvironment } from './config.ts';
import { startMasterService } from './start-master-service.ts';

const FAILED = 1;

const run = async (): Promise<number> => {
  const outcome = readFlags(
    { ...masterFlags, ...commonFlags },
    { name: 'needlestack master', summary: 'Knows the volume servers, places volumes, gives out file ids.' },
    { argv: process.argv.slice(2), env: readProcessEnvironment() },
  );
  if (outcome.kind === 'help') {
    process.stdout.write(outcome.text);
    return 0;
  }
  const logger = createLogger({ service: 'master', verbosity: outcome.values.v });
  const service = await startMasterService({ ...readMasterOptions(outcome.values), logger });
  service.metrics.addProcessMetrics();
  return runUntilSignal({
    logger,
    graceMs: outcome.values['shutdown.grace'],
    close: (graceMs) => service.close(graceMs),
  });
};

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`needlestack master: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof FlagError ? error.exitCode : FAILED;
}
