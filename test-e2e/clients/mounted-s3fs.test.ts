import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { runCommand } from '../support/run-command.ts';
import { clientStore } from './support/client-store.ts';
import { findDebianClient } from './support/debian-client.ts';
import { describeClient } from './support/describe-client.ts';
import { writeFileTree } from './support/file-tree.ts';
import { expectKnownWays } from './support/known-clients.ts';

const TIMEOUT_MS = 120_000;
const SCRIPT = fileURLToPath(new URL('mounted-round-trip.sh', import.meta.url));

/** Why nothing can be mounted here; undefined when it can. */
function findMountObstacle(): string | undefined {
  try {
    closeSync(openSync('/dev/fuse', 'r+'));
  } catch {
    return '/dev/fuse cannot be opened';
  }
  const folder = mkdtempSync(join(tmpdir(), 'needlestack-mount-'));
  const { status } = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', folder]);
  rmSync(folder, { recursive: true });
  return status === 0 ? undefined : 'file systems cannot be mounted by this user';
}

const mountObstacle = findMountObstacle();
const found = mountObstacle ?? (await findDebianClient('s3fs', 'S3FS_BINARY', ['s3fs', 'libfuse2']));

describeClient('s3fs (FUSE)', typeof found === 'string' ? found : undefined, () => {
  const clients = clientStore();
  const tree = join(clients.folder, 'tree');
  beforeAll(() => writeFileTree(tree));

  const http = [
    ['http, version 4', 'STORE_HTTP', 'sigv4,use_path_request_style'],
    [
      'http, version 2, copies without parts',
      'STORE_HTTP',
      'sigv2,use_path_request_style,nomultipart,enable_content_md5',
    ],
    ['http, buckets as hosts, list version 2, copies by hand', 'STORE_DOMAIN_HTTP', 'sigv4,listobjectsv2,nocopyapi'],
  ] as const;
  const https = [['https', 'STORE_HTTPS', 'sigv4,use_path_request_style']] as const;

  test.each(clients.tlsObstacle === undefined ? [...http, ...https] : http)(
    'a bucket as a folder: %s',
    async (title, address, options) => {
      if (typeof found === 'string') throw new Error(found);
      const bucket = `s3fs-${title.replaceAll(/[^a-z\d]+/g, '-')}`;
      await clients.store.s3.send(new CreateBucketCommand({ Bucket: bucket }));
      const work = join(clients.folder, bucket);
      mkdirSync(work);
      const { status, output } = await runCommand(
        'unshare',
        ['--mount', SCRIPT, found.command, bucket, tree, work, `${options},url=${clients.environment[address]}`],
        { ...clients.environment, ...found.environment, CURL_CA_BUNDLE: clients.environment.STORE_CA ?? '' },
      );
      expect(output).toMatch(/round trip complete\n$/);
      expect(status).toBe(0);
      await clients.store.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
    },
    TIMEOUT_MS,
  );

  test('it was seen to sign, frame and check in all these ways', () =>
    expectKnownWays('s3fs (FUSE)', clients, typeof found !== 'string' && found.isOurs));
});
