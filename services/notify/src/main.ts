// One notify as a process of its own.
import { createGrpcCatalog } from '@needlestack/service-contracts';
import { createLogger, FlagError, readFlags, runUntilSignal } from '@needlestack/service-kit';
import { notifyFlags, readNotifyConfig, readNotifyOptions, readProcessEnvironment } from './config.ts';
import { startNotifyService } from './wiring.ts';

const FAILED = 1;

async function run(): Promise<number> {
  const environment = readProcessEnvironment();
  const outcome = readFlags(
    notifyFlags,
    { name: 'needlestack notify', summary: 'Delivers the events of buckets to their targets.' },
    { argv: process.argv.slice(2), env: environment },
  );
  if (outcome.kind === 'help') {
    process.stdout.write(outcome.text);
    return 0;
  }
  const logger = createLogger({ service: 'notify', verbosity: outcome.values.v });
  const { catalogAddress, catalogSecurity, ...options } = readNotifyOptions(outcome.values);
  const catalog = createGrpcCatalog({ ...catalogSecurity, address: catalogAddress });
  const config = readNotifyConfig(environment);
  const service = await startNotifyService({ ...options, outbox: catalog, config, logger });
  service.metrics.addProcessMetrics();
  return runUntilSignal({
    logger,
    graceMs: outcome.values['shutdown.grace'],
    close: async (graceMs) => {
      await service.close(graceMs);
      catalog.close();
    },
  });
}

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`needlestack notify: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof FlagError ? error.exitCode : FAILED;
}
