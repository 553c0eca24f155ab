import { join } from 'node:path';
import { pythonClients } from '../support/python-clients.ts';
import { runCommand } from '../support/run-command.ts';
import { clientStore } from './support/client-store.ts';
import { describeClient } from './support/describe-client.ts';
import { writeFileTree } from './support/file-tree.ts';
import { expectKnownWays } from './support/known-clients.ts';
import { clientScript, LOOPBACK_NAMES, prepare } from './support/storage-clients.ts';

const TIMEOUT_MS = 180_000;

describeClient('the aws CLI', await prepare(pythonClients), () => {
  const clients = clientStore();

  test(
    'brings a tree there and back in every way it can, copies, moves and removes versions',
    async () => {
      const tree = join(clients.folder, 'tree');
      writeFileTree(tree);
      const { status, output } = await runCommand(
        pythonClients.command('python'),
        [clientScript('aws_cli_round_trip.py'), tree],
        { ...clients.environment, ...LOOPBACK_NAMES },
      );
      expect(output).toMatch(/round trip complete\n$/);
      expect(status).toBe(0);
      expectKnownWays('aws CLI 1', clients);
    },
    TIMEOUT_MS,
  );
});
