import { runCommand } from '../support/run-command.ts';
import { clientStore } from './support/client-store.ts';
import { describeClient } from './support/describe-client.ts';
import { expectKnownWays } from './support/known-clients.ts';
import { clientScript, LOOPBACK_NAMES, prepare, storageClients } from './support/storage-clients.ts';

const TIMEOUT_MS = 180_000;

describeClient('storage clients written in Python', await prepare(storageClients), () => {
  const clients = clientStore();

  test.each([
    ['MinIO for Python', 'minio_round_trip.py'],
    ['fsspec s3fs', 'fsspec_round_trip.py'],
    ['pyarrow', 'pyarrow_round_trip.py'],
    ['DuckDB httpfs', 'duckdb_round_trip.py'],
  ])(
    '%s makes a full round trip in every way it can',
    async (name, script) => {
      clients.takeSeenWays();
      const environment = { ...clients.environment, ...LOOPBACK_NAMES };
      const { status, output } = await runCommand(
        storageClients.command('python'),
        [clientScript(script)],
        environment,
      );
      expect(output).toMatch(/round trip complete\n$/);
      expect(status).toBe(0);
      expectKnownWays(name, clients);
    },
    TIMEOUT_MS,
  );
});
