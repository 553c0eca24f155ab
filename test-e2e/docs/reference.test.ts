/** Keeps docs/reference true: what the pages tell to type is typed here, what they list is compared with what runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-s3';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { status } from '@grpc/grpc-js';
import { COMPATIBILITY_SWITCHES, S3_OPERATIONS } from '@needlestack/gateway-service';
import type { ServiceName, StoreCredentials } from '@needlestack/test-servers';
import { SimpleS3 } from '../support/simple-s3.ts';
import { storeUnderTest } from '../support/store-under-test.ts';
import { codeBlocks, readDocument, shellCommands, tableBelow } from './support/documents.ts';
import { EventSink } from './support/event-sink.ts';
import {
  isServed,
  readPart,
  renderFlags,
  renderServedOperations,
  renderSurface,
  renderSwitches,
} from './support/generated-parts.ts';
import { type Companion, GrpcLines } from './support/grpc-lines.ts';
import type { ReflectionVersion } from './support/reflected-services.ts';
import { BEYOND_THE_MODEL, S3_SURFACE, UNSERVED_PROOF } from './support/s3-surface.ts';

const GRPC_PAGE = readDocument('docs/reference/grpc.md');
const S3_PAGE = readDocument('docs/reference/s3-operations.md');
const IDENTITIES_PAGE = readDocument('docs/reference/identities.md');
const FLAGS_PAGE = readDocument('docs/reference/ports-and-flags.md');

const TOKEN = 'token of the store that the documents run against';
const POLL_MS = 20;

const sink = new EventSink();
const scratch = mkdtempSync(join(tmpdir(), 'needlestack-docs-'));
const identitiesPath = join(scratch, 'identities.json');
const [identitiesText = ''] = codeBlocks(IDENTITIES_PAGE, 'json');
const optionsPath = join(scratch, 'options.toml');
let endpoint = '';

beforeAll(async () => {
  endpoint = await sink.listen();
  writeFileSync(identitiesPath, identitiesText);
  // The example must be readable; where it names a place or a port, flags win.
  writeFileSync(optionsPath, codeBlocks(FLAGS_PAGE, 'toml').join(''));
});
afterAll(() => {
  sink.close();
  rmSync(scratch, { recursive: true, force: true });
});

const store = storeUnderTest(() => ({
  flags: [`-options=${optionsPath}`, `-authToken=${TOKEN}`, `-s3.config=${identitiesPath}`],
  environment: {
    NEEDLESTACK_NOTIFY_WEBHOOK_ENABLE_1: 'on',
    NEEDLESTACK_NOTIFY_WEBHOOK_ENDPOINT_1: endpoint,
  },
}));

async function withLines<T>(version: ReflectionVersion, use: (lines: GrpcLines) => Promise<T>): Promise<T> {
  const lines = new GrpcLines(store.process, TOKEN, version);
  try {
    return await use(lines);
  } finally {
    lines.close();
  }
}

test('compatibility.md lists the switches', () => {
  const page = readDocument('docs/reference/compatibility.md');
  expect(readPart(page, 'switches')).toBe(renderSwitches(COMPATIBILITY_SWITCHES));
});

describe('grpc.md', () => {
  const commands = shellCommands(GRPC_PAGE);
  const sectionOf = (method: string): boolean => commands.some((words) => words.includes(method));

  /** The bucket that the page speaks of comes to life with its own CreateBucket; the rest of what it assumes is made here. */
  async function furnish(): Promise<void> {
    const { s3 } = store;
    const Bucket = 'photos';
    const QueueConfigurations = [
      { QueueArn: 'arn:needlestack:sqs:us-east-1:1:webhook', Events: ['s3:ObjectCreated:*' as const] },
    ];
    const NotificationConfiguration = { QueueConfigurations };
    await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    // Refused for good: becomes the dead letter that the page replays.
    sink.status = 400;
    await s3.send(new PutObjectCommand({ Bucket, Key: '2026/cat.jpg', Body: 'cat' }));
    await sink.waitForRefusal();
    await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'big' }));
    // For the scans, which go row by row.
    for (const other of ['others-1', 'others-2', 'others-3']) await s3.send(new CreateBucketCommand({ Bucket: other }));
    sink.status = 200;
  }

  const keepPutting: Companion = async (signal) => {
    while (!signal.aborted) {
      await store.s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'live', Body: 'live' }));
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };

  test('every line does what it is there for', () =>
    withLines('v1', async (lines) => {
      expect(commands.length).toBeGreaterThan(60);
      for (const words of commands) {
        const method = words.at(-1) ?? '';
        try {
          await lines.run(words, method.endsWith('/Subscribe') ? keepPutting : undefined);
        } catch (error) {
          throw new Error(`${words.join(' ')}\n${error instanceof Error ? error.message : error}`);
        }
        if (method.endsWith('/CreateBucket')) await furnish();
        if (method.endsWith('/ScanKv')) expect(JSON.stringify(lines.lastAnswer())).not.toMatch(/"errorCode":[1-9]/);
        if (method.endsWith('/TestTarget')) expect(lines.lastAnswer()).toEqual([{ delivered: true }]);
        if (method.endsWith('/ReplayDeadLetters')) expect(lines.lastAnswer()).toEqual([{ delivered: '1' }]);
      }
    }));

  test('no line is missing for a task of an administrator', () => {
    const tasks = `Assign LookupVolume VolumeList VolumeGrow CollectionList CollectionDelete LeaseAdminToken ReleaseAdminToken
      RaftListClusterServers AllocateVolume VolumeMarkReadonly VolumeMarkWritable VolumeStatus VolumeNeedleStatus VacuumVolumeCheck
      VacuumVolumeCompact VacuumVolumeCommit VolumeMount VolumeUnmount VolumeDelete CreateBucket ListBuckets GetBucketUsage
      ListObjects LookupObject ListUploads AbortUpload PutIdentity ListIdentities DeleteIdentity ReadOutbox ListGarbage ListTargets
      ScanKv TestTarget PauseTarget ResumeTarget ListDeadLetters ReplayDeadLetters DiscardDeadLetters GetCursor RewindCursor Subscribe
      Select Check`;
    const named = new Set(commands.map((words) => words.at(-1)?.split('/')[1]));
    expect(tasks.split(/\s+/).filter((task) => !named.has(task))).toEqual([]);
    expect(sectionOf('list')).toBe(true);
  });

  test.each<[ServiceName, string]>([
    ['master', 'master_pb.Seaweed'],
    ['volume', 'volume_server_pb.VolumeServer'],
    ['catalog', 'needlestack_catalog.Catalog'],
    ['catalog', 'needlestack_kv_scan.KvScan'],
    ['notify', 'needlestack_notify.Notify'],
    ['select', 'needlestack_select.Select'],
  ])('what is UNIMPLEMENTED at %s is listed, and no more', (port, service) =>
    withLines('v1alpha', async (lines) => {
      const client = lines.clientOf(port);
      const unimplemented: string[] = [];
      for (const method of await client.listMethods(service)) {
        // A stranger is refused by every method that exists, so that nothing is changed by asking.
        const { code } = await client.callAsStranger(`${service}/${method}`);
        expect([method, [status.UNAUTHENTICATED, status.UNIMPLEMENTED].includes(code)]).toEqual([method, true]);
        if (code === status.UNIMPLEMENTED) unimplemented.push(method);
      }
      const listed = new RegExp(`^UNIMPLEMENTED in \`${service}\`: ([^.]*)\\.$`, 'm').exec(GRPC_PAGE)?.[1] ?? '';
      expect([...listed.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '').sort()).toEqual(unimplemented.sort());
    }),
  );
});

describe('s3-operations.md', () => {
  const rows = S3_SURFACE.flatMap((area) => area.rows);
  let s3: SimpleS3;

  beforeAll(async () => {
    s3 = new SimpleS3(store.url, store.credentials);
    await store.s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    await store.s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: 'x' }));
  });
  afterAll(() => s3.close());

  const ask = (request: string) => {
    const [method = '', target = ''] = request.split(' ');
    const [path = '', query = ''] = target.split('?');
    return s3.send(method, path.startsWith('/') ? path : `/${path}`, query);
  };

  test('the tables are made of what the gateway serves (node test-e2e/docs/write-generated.ts writes them)', () => {
    expect(readPart(S3_PAGE, 'served')).toBe(renderServedOperations(S3_OPERATIONS));
    expect(readPart(S3_PAGE, 'surface')).toBe(renderSurface(S3_SURFACE, S3_OPERATIONS));
  });

  test('every operation of the API stands in them, and no other', () => {
    const model = Object.keys(sdk).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);
    expect(model.length).toBeGreaterThan(100);
    expect(rows.map(({ operation }) => operation).sort()).toEqual([...model, ...BEYOND_THE_MODEL].sort());
    const known = new Set(rows.map(({ operation }) => operation));
    expect(Object.keys(S3_OPERATIONS).filter((operation) => !known.has(operation))).toEqual([]);
  });

  test.each(rows.map(({ operation, proof }) => [operation, proof]))(
    '%s is proven by a test that is there: %s',
    (_, proof) => {
      const [file = '', words = ''] = proof.split(' › ');
      expect(readDocument(file)).toContain(words);
    },
  );

  test('what is served has a proof of its own', () => {
    const unproven = rows.filter(
      ({ operation, proof }) => isServed(operation, S3_OPERATIONS) && proof === UNSERVED_PROOF,
    );
    expect(unproven.map(({ operation }) => operation)).toEqual([]);
  });

  describe('what is not served is 501', () => {
    const unserved = rows.filter(({ operation }) => !isServed(operation, S3_OPERATIONS));

    test.each(unserved.map(({ operation, request }) => [operation, request]))('%s, %s', async (_, request) => {
      const { status: code, body } = await ask(request);
      expect([code, body.toString()]).toEqual([501, expect.stringContaining('<Code>NotImplemented</Code>')]);
    });

    test('a method that S3 does not have at that place is 405', async () => {
      expect((await s3.send('PATCH', '/bucket/key')).status).toBe(405);
    });
  });

  test.each(tableBelow(S3_PAGE, '## Never set') as [operation: string, request: string, answer: string][])(
    '%s, %s: %s',
    async (_, request, answer) => {
      const { status: code, body } = await ask(request);
      const [wantedCode, wantedText = ''] = answer.split(' ');
      expect([code, body.toString()]).toEqual([Number(wantedCode), expect.stringContaining(wantedText)]);
    },
  );
});

describe('identities.md', () => {
  const app: StoreCredentials = { accessKeyId: 'AKAPP', secretAccessKey: 'a secret of your own' };
  const former: StoreCredentials = { accessKeyId: 'AKFORMER', secretAccessKey: 'another secret' };

  const statusOf = async (credentials: StoreCredentials, method: string, path: string): Promise<number> => {
    const client = new SimpleS3(store.url, credentials);
    try {
      return (await client.send(method, path, '', Buffer.from(method === 'PUT' ? 'x' : ''))).status;
    } finally {
      client.close();
    }
  };
  const untilStatus = async (wanted: number, ask: () => Promise<number>): Promise<void> => {
    const endMs = Date.now() + 60_000;
    for (let got = await ask(); got !== wanted; got = await ask()) {
      if (Date.now() > endMs) throw new Error(`still ${got} instead of ${wanted}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };

  beforeAll(async () => {
    // Gives back the bucket that the lines of grpc.md made.
    await store.s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
  });

  test('the example lets its identities do what it says, and is read again', async () => {
    expect(await statusOf(app, 'PUT', '/photos/inbox/new')).toBe(200);
    expect(await statusOf(app, 'GET', '/photos/inbox/new')).toBe(200);
    expect(await statusOf(app, 'GET', '/photos')).toBe(200);
    expect(await statusOf(app, 'PUT', '/photos/elsewhere')).toBe(403);
    expect(await statusOf(former, 'GET', '/photos')).toBe(403);
    writeFileSync(identitiesPath, identitiesText.replace('"disabled": true', '"disabled": false'));
    await untilStatus(200, () => statusOf(former, 'GET', '/photos'));
    writeFileSync(identitiesPath, '{"identities": [{');
    await untilStatus(200, () => statusOf(app, 'GET', '/photos'));
  });
});

describe('ports-and-flags.md', () => {
  test('the tables are those of -h (node test-e2e/docs/write-generated.ts writes them)', async () => {
    expect(readPart(FLAGS_PAGE, 'flags')).toBe(await renderFlags());
  });

  test('health is where the page says, without credentials', async () => {
    const paths = tableBelow(FLAGS_PAGE, '## Health').map(([path]) => path ?? '');
    expect(paths).toEqual(['/healthz', '/readyz', '/metrics']);
    for (const service of ['s3', 'master', 'volume', 'catalog', 'notify', 'select'] as const) {
      for (const path of paths) {
        const response = await fetch(`${store.process.urlOf(service)}${service === 's3' ? '/-' : ''}${path}`);
        await response.arrayBuffer();
        expect([service, path, response.status]).toEqual([service, path, 200]);
      }
    }
  });
});
