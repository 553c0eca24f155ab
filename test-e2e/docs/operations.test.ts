/** Keeps docs/operations and the examples of package READMEs true: one service per process, started as the page says. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import {
  freePorts,
  NEEDLESTACK_COMMAND,
  type NeedlestackProcess,
  type ServiceName,
  type ServicePorts,
  type StoreCredentials,
  startNeedlestackProcess,
} from '@needlestack/test-servers';
import { SimpleS3 } from '../support/simple-s3.ts';
import { REGION } from '../support/store-under-test.ts';
import { codeBlocks, ROOT, readDocument, shellCommands, tableBelow } from './support/documents.ts';
import { EventSink } from './support/event-sink.ts';

const run = promisify(execFile);
const page = readDocument('docs/operations/one-service-per-process.md');
const commands = shellCommands(page);
const environment = exportsOf(page);
const targetsPage = readDocument('docs/operations/notify-targets.md');

const sink = new EventSink();
const directory = mkdtempSync(join(tmpdir(), 'needlestack-operations-'));
const processes = new Map<ServiceName, NeedlestackProcess>();
const { NEEDLESTACK_ROOT_ACCESS_KEY_ID: accessKeyId = '', NEEDLESTACK_ROOT_SECRET_ACCESS_KEY: secretAccessKey = '' } =
  environment;
const credentials: StoreCredentials = { accessKeyId, secretAccessKey };
let ports: ServicePorts;
let s3: SimpleS3;

beforeAll(async () => {
  ports = await freePorts();
  const endpoint = await sink.listen();
  const targets = { ...exportsOf(targetsPage), NEEDLESTACK_NOTIFY_WEBHOOK_ENDPOINT_1: endpoint };
  for (const [command, verb = '', ...flags] of commands.filter(([word]) => word !== 'export')) {
    expect(command).toBe('bin/needlestack');
    const service = (verb === 'gateway' ? 's3' : verb) as ServiceName;
    const url = `http://127.0.0.1:${ports[service]}`;
    const process = await startNeedlestackProcess({
      verb,
      flags: flags.map(moveFlag),
      credentials,
      environment: { ...environment, ...targets },
      readyUrl: service === 's3' ? `${url}/-/readyz` : `${url}/readyz`,
    });
    processes.set(service, process);
  }
  s3 = new SimpleS3(urlOf('s3'), credentials);
});

afterAll(async () => {
  s3.close();
  for (const process of [...processes.values()].reverse()) await process.end('SIGTERM');
  sink.close();
  rmSync(directory, { recursive: true, force: true });
});

const urlOf = (service: ServiceName): string => `http://127.0.0.1:${ports[service]}`;
const statusOf = async (method: string, path: string, body = ''): Promise<number> =>
  (await s3.send(method, path, '', Buffer.from(body))).status;

describe('one-service-per-process.md', () => {
  test('the six services together serve S3 and Iceberg', async () => {
    expect(processes.size).toBe(6);
    expect(await statusOf('PUT', '/bucket')).toBe(200);
    expect(await statusOf('PUT', '/bucket/key', 'kept')).toBe(200);
    expect((await s3.send('GET', '/bucket/key')).body.toString()).toBe('kept');
    const encrypted = { 'x-amz-server-side-encryption': 'AES256' };
    expect((await s3.send('PUT', '/bucket/sealed', '', Buffer.from('sealed'), encrypted)).status).toBe(200);
    expect((await s3.send('GET', '/bucket/sealed')).body.toString()).toBe('sealed');
    const config = await s3.send('GET', '/iceberg/v1/config', 'warehouse=bucket');
    expect([config.status, config.body.toString()]).toEqual([200, expect.stringContaining('"endpoints"')]);
  });
});

describe('notify-targets.md', () => {
  test('the example makes the target that it names', async () => {
    const QueueArn = /`(arn:needlestack:sqs:us-east-1:[^`]*)`/.exec(targetsPage)?.[1];
    const client = new S3Client({
      endpoint: urlOf('s3'),
      region: REGION,
      credentials: { ...credentials },
      forcePathStyle: true,
    });
    const NotificationConfiguration = { QueueConfigurations: [{ QueueArn, Events: ['s3:ObjectCreated:*' as const] }] };
    await client.send(new PutBucketNotificationConfigurationCommand({ Bucket: 'bucket', NotificationConfiguration }));
    client.destroy();
    sink.status = 503;
    expect(await statusOf('PUT', '/bucket/watched', 'x')).toBe(200);
    await sink.waitForRefusal();
    sink.status = 200;
  });
});

describe('all-in-one.md', () => {
  test('the table of the data directory knows every file', () => {
    const cells = tableBelow(readDocument('docs/operations/all-in-one.md'), '## The data directory').map(
      ([cell]) => cell ?? '',
    );
    const patterns = cells
      .flatMap((cell) => cell.split(', '))
      .map((path) => path.replaceAll('.', '\\.').replaceAll(/<\w+>/g, '[^/]+'))
      .map((path) => new RegExp(path.includes('/') ? `^${path}${path.endsWith('/') ? '' : '$'}` : `(^|/)${path}$`));
    const found = readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((path) => !patterns.some((pattern) => pattern.test(path)))).toEqual([]);
  });
});

describe('the examples of', () => {
  test.each(['object-io', 'service-contracts'])('%s do what their comments say', async (name) => {
    const [code = ''] = codeBlocks(readDocument(`packages/${name}/README.md`), 'ts');
    // From the folder of the one package that may import all others.
    const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '--eval', moveAddresses(code)], {
      cwd: join(ROOT, 'packages/cli'),
    });
    expect(stdout.trim()).toBe(/console\.log\(.*\); \/\/ (.*)$/m.exec(code)?.[1]);
  });

  test('cli run', async () => {
    const lines = shellCommands(readDocument('packages/cli/README.md'));
    expect(lines.length).toBeGreaterThan(1);
    for (const [, ...args] of lines)
      expect((await run(NEEDLESTACK_COMMAND, args)).stdout).toContain('Usage: needlestack');
  });
});

describe('failures.md', () => {
  test('without the master what is known can be read and written, without the catalog all is 503', async () => {
    await processes.get('master')?.end('SIGKILL');
    expect(await statusOf('GET', '/bucket/key')).toBe(200);
    expect(await statusOf('PUT', '/bucket/later', 'x')).toBe(200);
    await processes.get('catalog')?.end('SIGKILL');
    expect(await statusOf('GET', '/bucket/key')).toBe(503);
    expect(await statusOf('PUT', '/bucket/last', 'x')).toBe(503);
  });
});

/** Ports and directories of the page become those of this run. */
function moveFlag(flag: string): string {
  return moveAddresses(flag)
    .replace('./cluster', directory)
    .replace(/^-port=(\d+)$/, (_, port: string) => `-port=${moved(Number(port))}`);
}

function moveAddresses(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:(\d+)/g, (_, port: string) => `127.0.0.1:${moved(Number(port))}`);
}

function moved(port: number): number {
  const services: Readonly<Record<number, ServiceName>> = {
    9000: 's3',
    9333: 'master',
    8080: 'volume',
    9400: 'catalog',
    9500: 'notify',
    9600: 'select',
  };
  const own = services[port];
  if (own !== undefined) return ports[own];
  const grpc = services[port - 10_000];
  if (grpc === undefined) throw new Error(`the page names port ${port}, which is nobody's`);
  return ports[grpc] + 10_000;
}

function exportsOf(text: string): Record<string, string> {
  const settings = shellCommands(text).flatMap(([word, ...rest]) => (word === 'export' ? rest : []));
  return Object.fromEntries(
    settings.map((setting) => {
      const [name = '', value = ''] = setting.split(/=(.*)/s);
      return [name, value.startsWith('$(') ? outputOf(value) : value];
    }),
  );
}

/** What a shell puts in the place of `$(command)`. */
function outputOf(substitution: string): string {
  return execFileSync('/bin/sh', ['-c', `printf %s "${substitution}"`], { encoding: 'utf8' });
}
