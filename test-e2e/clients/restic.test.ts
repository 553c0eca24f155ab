import { join } from 'node:path';
import { clientStore } from './support/client-store.ts';
import { type CommandClient, commandClient } from './support/command-client.ts';
import { findDebianClient } from './support/debian-client.ts';
import { describeClient } from './support/describe-client.ts';
import { readFileTree, writeFileTree } from './support/file-tree.ts';
import { expectKnownWays } from './support/known-clients.ts';

const TIMEOUT_MS = 120_000;

const found = await findDebianClient('restic', 'RESTIC_BINARY', ['restic']);

describeClient('restic', typeof found === 'string' ? found : undefined, () => {
  const clients = clientStore();
  const tree = join(clients.folder, 'tree');
  beforeAll(() => writeFileTree(tree));

  function restic(address: string, repository: string, ...flags: readonly string[]): CommandClient {
    if (typeof found === 'string') throw new Error(found);
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', STORE_PROXY = '', STORE_CA } = clients.environment;
    const run = commandClient(
      found.command,
      () => ({
        ...found.environment,
        HOME: clients.folder,
        AWS_ACCESS_KEY_ID,
        AWS_SECRET_ACCESS_KEY,
        RESTIC_PASSWORD: 'of a test',
        RESTIC_REPOSITORY: `s3:${clients.environment[address]}/${repository}`,
        HTTPS_PROXY: STORE_PROXY,
      }),
      { cwd: clients.folder },
    );
    return (...args) => run('--no-cache', ...(STORE_CA === undefined ? [] : ['--cacert', STORE_CA]), ...flags, ...args);
  }

  const http = [
    ['http', 'STORE_HTTP', []],
    ['list version 1', 'STORE_HTTP', ['-o', 's3.list-objects-v1=true']],
  ] as const;
  const https = [['https, buckets as hosts', 'STORE_DOMAIN_HTTPS', ['-o', 's3.bucket-lookup=dns']]] as const;

  test.each(clients.tlsObstacle === undefined ? [...http, ...https] : http)(
    'backups are made, forgotten, pruned, checked and restored: %s',
    async (_title, address, flags) => {
      const run = restic(address, `restic-${address.length}${flags.length}/pre fix`, ...flags);
      await run('init');
      await run('backup', 'tree', '--tag', 'first');
      await run('backup', 'tree/some', '--tag', 'second');
      await run('check', '--read-data');
      await run('forget', '--tag', 'second', '--keep-last', '1', '--prune');
      await run('forget', '--tag', 'first', '--keep-last', '1', '--prune');
      const snapshots = JSON.parse(await run('snapshots', '--json', '--tag', 'first')) as { id: string }[];
      expect(snapshots).toHaveLength(1);
      await run('check', '--read-data');
      const target = join(clients.folder, `restored-${address}-${flags.length}`);
      await run('restore', snapshots[0]?.id ?? '', '--target', target);
      expect(readFileTree(join(target, 'tree'))).toEqual(readFileTree(tree));
    },
    TIMEOUT_MS,
  );

  test('it was seen to sign, frame and check in all these ways', () =>
    expectKnownWays('restic', clients, typeof found !== 'string' && found.isOurs));
});
