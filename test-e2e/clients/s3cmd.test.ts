import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientStore } from './support/client-store.ts';
import { type CommandClient, commandClient } from './support/command-client.ts';
import { describeClient } from './support/describe-client.ts';
import { LARGE_BYTES, readFileTree, writeFileTree } from './support/file-tree.ts';
import { expectKnownWays } from './support/known-clients.ts';
import { LOOPBACK_NAMES, prepare, storageClients } from './support/storage-clients.ts';
import { fetchByUrl } from './support/store-agents.ts';

const TIMEOUT_MS = 120_000;

describeClient('s3cmd', await prepare(storageClients), () => {
  const clients = clientStore();
  const tree = join(clients.folder, 'tree');
  const large = join(tree, 'large.bin');
  beforeAll(() => writeFileTree(tree));

  /** s3cmd with the store at an address of the environment, and more lines of its configuration. */
  function s3cmd(address: string, ...lines: readonly string[]): CommandClient {
    const { host, hostname, protocol } = new URL(clients.environment[address] ?? '');
    const { accessKeyId, secretAccessKey } = clients.store.credentials;
    const config = join(clients.folder, `${address}.cfg`);
    const isPathStyle = hostname === '127.0.0.1';
    const settings = [
      '[default]',
      `access_key = ${accessKeyId}`,
      `secret_key = ${secretAccessKey}`,
      `host_base = ${host}`,
      `host_bucket = ${isPathStyle ? host : `%(bucket)s.${host}`}`,
      ...['use_https', 'signurl_use_https'].map((name) => `${name} = ${protocol === 'https:' ? 'True' : 'False'}`),
      `ca_certs_file = ${clients.environment.STORE_CA ?? ''}`,
      // An object of a bucket without ACLs, as buckets are by default, takes none when it is copied.
      'acl_public = False',
      'multipart_chunk_size_mb = 5',
      ...lines,
    ];
    writeFileSync(config, `${settings.join('\n')}\n`);
    const run = commandClient(storageClients.command('s3cmd'), () => ({ ...clients.environment, ...LOOPBACK_NAMES }));
    return (...args) => run('--config', config, '--no-progress', ...args);
  }

  async function bringThereAndBack(run: CommandClient, bucket: string): Promise<void> {
    const back = join(clients.folder, bucket);
    await run('mb', `s3://${bucket}`);
    await run('sync', `${tree}/`, `s3://${bucket}/to/here/`);
    await run('sync', `s3://${bucket}/to/here/`, `${back}/`);
    expect(readFileTree(back)).toEqual(readFileTree(tree));
    const url = (await run('signurl', `s3://${bucket}/to/here/one`, '+600')).trim();
    expect(await fetchByUrl(clients, url)).toMatchObject({ status: 200 });
  }

  async function remove(run: CommandClient, bucket: string): Promise<void> {
    await run('rb', '--recursive', '--force', `s3://${bucket}`);
    expect(await run('ls')).not.toContain(bucket);
  }

  test(
    'a tree there and back, put, copied, moved, modified, got and removed',
    async () => {
      const run = s3cmd('STORE_HTTP');
      await bringThereAndBack(run, 's3cmd-whole');
      const odd = 's3://s3cmd-whole/plus+ü %25';
      await run('put', large, odd, '--mime-type=image/x', '--add-header=x-amz-meta-colour:green');
      await run('cp', odd, 's3://s3cmd-whole/copy');
      await run('mv', 's3://s3cmd-whole/copy', 's3://s3cmd-whole/moved');
      await run('modify', '--add-header=x-amz-meta-more:1', 's3://s3cmd-whole/moved');
      const info = await run('info', 's3://s3cmd-whole/moved');
      for (const line of [/MIME type: image\/x/, /x-amz-meta-colour: green/, /x-amz-meta-more: 1/])
        expect(info).toMatch(line);
      await run('get', '--force', 's3://s3cmd-whole/moved', join(clients.folder, 'moved'));
      expect(readFileSync(join(clients.folder, 'moved')).equals(readFileSync(large))).toBe(true);
      expect(await run('ls', 's3://s3cmd-whole/')).toMatch(
        new RegExp(`DIR .*s3://s3cmd-whole/to/\\n.* ${LARGE_BYTES} `),
      );
      await remove(run, 's3cmd-whole');
    },
    TIMEOUT_MS,
  );

  test(
    'versioning is switched on and shown',
    async () => {
      const run = s3cmd('STORE_HTTP');
      await run('mb', 's3://s3cmd-versions');
      await run('setversioning', 's3://s3cmd-versions', 'enable');
      expect(await run('info', 's3://s3cmd-versions')).toMatch(/Versioning: *Enabled/);
      await run('rb', 's3://s3cmd-versions');
    },
    TIMEOUT_MS,
  );

  const http = [['version 2', 'STORE_DOMAIN_HTTP', 'signature_v2 = True']] as const;
  const https = [['https', 'STORE_DOMAIN_HTTPS', '']] as const;

  test.each(clients.tlsObstacle === undefined ? [...http, ...https] : http)(
    'there and back, with buckets as hosts: %s',
    async (title, address, line) => {
      const run = s3cmd(address, line);
      const bucket = `s3cmd-${title.replace(' ', '-')}`;
      await bringThereAndBack(run, bucket);
      await remove(run, bucket);
    },
    TIMEOUT_MS,
  );

  test('it was seen to sign, frame and check in all these ways', () => expectKnownWays('s3cmd', clients));
});
