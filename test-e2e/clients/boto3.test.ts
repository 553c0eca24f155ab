import { pythonClients } from '../support/python-clients.ts';
import { runCommand } from '../support/run-command.ts';
import { clientStore } from './support/client-store.ts';
import { describeClient } from './support/describe-client.ts';
import { expectKnownWays } from './support/known-clients.ts';
import { clientScript, LOOPBACK_NAMES, prepare } from './support/storage-clients.ts';

const TIMEOUT_MS = 180_000;

describeClient('boto3', await prepare(pythonClients), () => {
  const clients = clientStore();

  test(
    'makes a full round trip in every way it can sign, frame, check and address requests',
    async () => {
      const environment = { ...clients.environment, ...LOOPBACK_NAMES };
      const script = clientScript('boto3_modes.py');
      const { status, output } = await runCommand(pythonClients.command('python'), [script], environment);
      expect(output).toMatch(/round trip complete\n$/);
      expect(status).toBe(0);
      expectKnownWays('boto3', clients);
    },
    TIMEOUT_MS,
  );
});
