import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { writeParquetFile } from './support/parquet-file.ts';
import { pythonClients, pythonScript } from './support/python-clients.ts';
import { PYTHON_BYTECODE } from './support/python-environment.ts';
import { type CommandResult, runCommand } from './support/run-command.ts';
import { REGION, storeUnderTest } from './support/store-under-test.ts';
import { readTableFiles } from './support/table-files.ts';

const INSTALL_TIMEOUT_MS = 300_000;
const CLIENT_TIMEOUT_MS = 120_000;

const obstacle = pythonClients.findObstacle();
const describeWithPython = obstacle === undefined ? describe : describe.skip;

describeWithPython(`clients written in Python${obstacle === undefined ? '' : ` [skipped: ${obstacle}]`}`, () => {
  const store = storeUnderTest();
  let folder = '';

  beforeAll(async () => {
    await pythonClients.install();
    folder = mkdtempSync(join(tmpdir(), 'needlestack-clients-'));
    // Left alone, the CLI presigns with Signature Version 2 for us-east-1, which is off by default here.
    writeFileSync(join(folder, 'aws-config'), '[default]\ns3 =\n  signature_version = s3v4\n');
  }, INSTALL_TIMEOUT_MS);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const environment = (): Record<string, string> => ({
    ...PYTHON_BYTECODE,
    AWS_ACCESS_KEY_ID: store.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
    AWS_DEFAULT_REGION: REGION,
    AWS_ENDPOINT_URL: store.url,
    AWS_CONFIG_FILE: join(folder, 'aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  });

  const runScript = (name: string): Promise<CommandResult> =>
    runCommand(pythonClients.command('python'), [pythonScript(name)], environment());

  test(
    'boto3 makes a full round trip',
    async () => {
      const { status, output } = await runScript('boto3_round_trip.py');
      expect(output).toMatch(/round trip complete\n$/);
      expect(status).toBe(0);
    },
    CLIENT_TIMEOUT_MS,
  );

  test(
    'boto3 makes users, groups, policies and roles, and works with their credentials',
    async () => {
      const { status, output } = await runScript('iam_round_trip.py');
      expect(output).toMatch(/identities complete\n$/);
      expect(status).toBe(0);
    },
    CLIENT_TIMEOUT_MS,
  );

  test.each(['/iceberg s3', '/_iceberg s3tables'])(
    'PyIceberg makes, fills, reads and drops a table at %s',
    async (door) => {
      const [path = '', signingName = ''] = door.split(' ');
      const Bucket = `pyiceberg-${signingName}`;
      await store.s3.send(new CreateBucketCommand({ Bucket }));
      const five = await writeParquetFile([{ id: 5, name: 'five' }]);
      await store.s3.send(new PutObjectCommand({ Bucket, Key: 'incoming/five.parquet', Body: five }));
      const { status, output } = await runCommand(
        pythonClients.command('python'),
        [pythonScript('pyiceberg_round_trip.py')],
        {
          ...environment(),
          ICEBERG_PATH: path,
          ICEBERG_SIGNING_NAME: signingName,
          ICEBERG_WAREHOUSE: Bucket,
        },
      );
      expect(output).toMatch(/round trip complete\n$/);
      expect(status).toBe(0);
      // The files of a table outlive a drop without purge.
      const [, snapshotId = '', location = ''] = /snapshot (\d+) of (\S+)/.exec(output) ?? [];
      const files = await readTableFiles(store.s3, location);
      expect(files.map(({ rows }) => rows)).toEqual([1n, 1n, 3n]);
      expect(files[0]).toMatchObject({
        location: `s3://${Bucket}/incoming/five.parquet`,
        snapshotId: BigInt(snapshotId),
      });
    },
    CLIENT_TIMEOUT_MS,
  );

  async function aws(...args: string[]): Promise<string> {
    const { status, output } = await runCommand(pythonClients.command('aws'), args, environment());
    if (status !== 0) throw new Error(`aws ${args.join(' ')} ended with ${status}:\n${output}`);
    return output;
  }

  test(
    'the aws CLI copies files up and down, small and in parts, lists, syncs, presigns and removes',
    async () => {
      const small = join(folder, 'small file.txt');
      const large = join(folder, 'large.bin');
      writeFileSync(small, 'small\n');
      writeFileSync(large, randomBytes(20 * 1024 * 1024 + 1));
      await aws('s3', 'mb', 's3://aws-cli');
      await aws('s3', 'cp', '--quiet', small, 's3://aws-cli/docs/small file.txt');
      await aws('s3', 'cp', '--quiet', large, 's3://aws-cli/large.bin');
      expect(await aws('s3', 'ls', 's3://aws-cli/')).toMatch(/PRE docs\/\n.*20971521 large\.bin/);
      expect(await aws('s3', 'cp', 's3://aws-cli/docs/small file.txt', '-')).toBe('small\n');
      await aws('s3', 'cp', '--quiet', 's3://aws-cli/large.bin', join(folder, 'back.bin'));
      expect(readFileSync(join(folder, 'back.bin')).equals(readFileSync(large))).toBe(true);
      const head = JSON.parse(await aws('s3api', 'head-object', '--bucket', 'aws-cli', '--key', 'large.bin')) as object;
      expect(head).toMatchObject({ ContentLength: 20_971_521 });
      await aws('s3', 'sync', '--quiet', 's3://aws-cli/', join(folder, 'synced'));
      expect(readFileSync(join(folder, 'synced/docs/small file.txt'), 'utf8')).toBe('small\n');
      await aws('s3', 'mv', '--quiet', 's3://aws-cli/docs/small file.txt', 's3://aws-cli/moved.txt');
      const presigned = (await aws('s3', 'presign', 's3://aws-cli/moved.txt')).trim();
      expect(await (await fetch(presigned)).text()).toBe('small\n');
      await aws('s3', 'rb', '--force', 's3://aws-cli');
      expect(await aws('s3', 'ls')).not.toContain('aws-cli');
    },
    CLIENT_TIMEOUT_MS,
  );
});
