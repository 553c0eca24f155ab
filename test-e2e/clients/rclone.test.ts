import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientStore } from './support/client-store.ts';
import { type CommandClient, commandClient } from './support/command-client.ts';
import { describeClient } from './support/describe-client.ts';
import { readFileTree, writeFileTree } from './support/file-tree.ts';
import { expectKnownWays } from './support/known-clients.ts';
import { prepare, storageClients } from './support/storage-clients.ts';
import { fetchByUrl } from './support/store-agents.ts';

const TIMEOUT_MS = 120_000;

describeClient('rclone', await prepare(storageClients), () => {
  const clients = clientStore();
  const tree = join(clients.folder, 'tree');
  beforeAll(() => {
    writeFileTree(tree);
    writeFileSync(join(clients.folder, 'rclone.conf'), '');
  });

  /** rclone with the store at an address of the environment, and more of its flags. */
  function rclone(address: string, ...flags: readonly string[]): CommandClient {
    const { AWS_REGION = '', STORE_PROXY = '', STORE_CA = '' } = clients.environment;
    const run = commandClient(storageClients.command('rclone'), () => ({
      HOME: clients.folder,
      RCLONE_CONFIG: join(clients.folder, 'rclone.conf'),
      RCLONE_CA_CERT: STORE_CA,
      RCLONE_S3_PROVIDER: 'Other',
      RCLONE_S3_ENDPOINT: clients.environment[address] ?? '',
      RCLONE_S3_REGION: AWS_REGION,
      RCLONE_S3_ACCESS_KEY_ID: clients.store.credentials.accessKeyId,
      RCLONE_S3_SECRET_ACCESS_KEY: clients.store.credentials.secretAccessKey,
      RCLONE_S3_UPLOAD_CUTOFF: '5M',
      RCLONE_S3_CHUNK_SIZE: '5M',
      RCLONE_S3_COPY_CUTOFF: '6M',
      RCLONE_RETRIES: '1',
      HTTPS_PROXY: STORE_PROXY,
    }));
    return (...args) => run(...args, ...flags);
  }

  test(
    'sync, check, copyto, moveto, streams, links, hashes, purge',
    async () => {
      const run = rclone('STORE_HTTP');
      await run('mkdir', ':s3:rclone-whole');
      await run('sync', tree, ':s3:rclone-whole/to/here', '--metadata', '--check-first');
      await run('check', tree, ':s3:rclone-whole/to/here');
      await run('check', '--download', tree, ':s3:rclone-whole/to/here');
      await run('copyto', ':s3:rclone-whole/to/here/large.bin', ':s3:rclone-whole/copied in parts');
      await run('moveto', ':s3:rclone-whole/copied in parts', ':s3:rclone-whole/moved +%20ü');
      const back = join(clients.folder, 'back.bin');
      const threads = ['--multi-thread-cutoff', '1M', '--multi-thread-streams', '4'];
      await run('copyto', ':s3:rclone-whole/moved +%20ü', back, ...threads);
      expect(readFileSync(back).equals(readFileSync(join(tree, 'large.bin')))).toBe(true);
      const listed = JSON.parse(await run('lsjson', ':s3:rclone-whole', '--recursive', '--files-only')) as unknown[];
      expect(listed).toHaveLength(Object.keys(readFileTree(tree)).length + 1);
      await run('sync', ':s3:rclone-whole/to/here', join(clients.folder, 'synced'));
      expect(readFileTree(join(clients.folder, 'synced'))).toEqual(readFileTree(tree));
      const url = (await run('link', '--expire', '1h', ':s3:rclone-whole/to/here/a b/ünï 日本 😀.txt')).trim();
      expect(await fetchByUrl(clients, url.split('\n').at(-1) ?? '')).toMatchObject({ status: 200 });
      await run('purge', ':s3:rclone-whole');
      expect(await run('lsd', ':s3:')).not.toContain('rclone-whole');
    },
    TIMEOUT_MS,
  );

  const http = [
    ['unsigned payloads', 'STORE_HTTP', ['--s3-use-unsigned-payload=true']],
    ['requests by URL, list version 1', 'STORE_HTTP', ['--s3-use-presigned-request', '--s3-list-version=1']],
    ['data integrity protections', 'STORE_HTTP', ['--s3-use-data-integrity-protections=true']],
    ['version 2', 'STORE_HTTP', ['--s3-v2-auth']],
    ['no parts, no checks afterwards', 'STORE_HTTP', ['--s3-use-multipart-uploads=false', '--s3-no-head']],
  ] as const;
  const https = [
    ['https', 'STORE_HTTPS', []],
    ['https, signed payloads', 'STORE_HTTPS', ['--s3-use-unsigned-payload=false']],
    ['https, data integrity protections', 'STORE_HTTPS', ['--s3-use-data-integrity-protections=true']],
    ['https, buckets as hosts', 'STORE_DOMAIN_HTTPS', ['--s3-force-path-style=false']],
    [
      'https, customer keys',
      'STORE_HTTPS',
      ['--s3-sse-customer-algorithm=AES256', `--s3-sse-customer-key=${'k'.repeat(32)}`],
    ],
  ] as const;

  test.each(clients.tlsObstacle === undefined ? [...http, ...https] : http)(
    'there and back: %s',
    async (title, address, flags) => {
      const run = rclone(address, ...flags);
      const bucket = `:s3:rclone-${title.toLowerCase().replaceAll(/[^a-z\d]+/g, '-')}`;
      await run('sync', tree, `${bucket}/dir`);
      await run('check', '--download', tree, `${bucket}/dir`);
      await run('purge', bucket);
    },
    TIMEOUT_MS,
  );

  test(
    'versions: old ones are listed, read and cleaned up',
    async () => {
      const run = rclone('STORE_HTTP');
      const folder = join(clients.folder, 'versions');
      mkdirSync(folder);
      writeFileSync(join(folder, 'file.txt'), 'one');
      await run('mkdir', ':s3:rclone-versions');
      await run('backend', 'versioning', ':s3:rclone-versions', 'Enabled');
      await run('copy', folder, ':s3:rclone-versions');
      appendFileSync(join(folder, 'file.txt'), ' and two');
      await run('copy', folder, ':s3:rclone-versions');
      const names = (await run('lsf', '--s3-versions', ':s3:rclone-versions')).trim().split('\n').sort();
      expect(names).toEqual([expect.stringMatching(/^file-v.*\.txt$/), 'file.txt']);
      expect(await run('cat', '--s3-versions', `:s3:rclone-versions/${names[0]}`)).toBe('one');
      await run('delete', ':s3:rclone-versions');
      await run('backend', 'cleanup-hidden', ':s3:rclone-versions');
      expect(await run('lsf', '--s3-versions', ':s3:rclone-versions')).toBe('');
      await run('purge', ':s3:rclone-versions');
    },
    TIMEOUT_MS,
  );

  test('it was seen to sign, frame and check in all these ways', () => expectKnownWays('rclone', clients));
});
