/** `needlestack copy` as people run it, between buckets of one store. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { S3Storage } from '@needlestack/object-storage';
import { NEEDLESTACK_COMMAND } from '@needlestack/test-servers';
import { storeUnderTest } from '../support/store-under-test.ts';
import { CountingProxy } from './counting-proxy.ts';

const MIB = 2 ** 20;
const store = storeUnderTest();
let folder = '';
let source: S3Storage;
let target: S3Storage;

beforeAll(async () => {
  for (const Bucket of ['source', 'target']) await store.s3.send(new CreateBucketCommand({ Bucket }));
  const { url: endpoint, credentials } = store;
  source = new S3Storage({ bucket: 'source', endpoint, credentials, prefix: 'p/' });
  target = new S3Storage({ bucket: 'target', endpoint, credentials, prefix: 'q-' });
});
afterAll(() => {
  source.close();
  target.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'needlestack-copy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts the command in the folder; the keys come by the environment, the endpoints as flags. */
function startCopy(args: readonly string[], secret = store.credentials.secretAccessKey, targetUrl = store.url) {
  const { PATH = '' } = process.env;
  return spawn(
    NEEDLESTACK_COMMAND,
    ['copy', ...args, `-source.endpoint=${store.url}`, `-target.endpoint=${targetUrl}`],
    {
      cwd: folder,
      env: { PATH, HOME: folder, AWS_ACCESS_KEY_ID: store.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: secret },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

async function copy(args: readonly string[], secret?: string) {
  return outcomeOf(startCopy(args, secret));
}

async function outcomeOf(child: ReturnType<typeof startCopy>) {
  let out = '';
  let err = '';
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  child.stderr.on('data', (piece) => {
    err += piece;
  });
  const [status] = await once(child, 'close');
  return { status, out, err };
}

const PLACES = ['s3://source/p/', 's3://target/q-'];

test('bytes and attributes arrive; a second run copies only what has changed', async () => {
  const attributes = { contentType: 'text/x', cacheControl: 'no-cache', metadata: { who: 'Zoë' } };
  await source.put('odd key+/%2F/ü', Buffer.from('small'), { attributes });
  await source.put('large', Buffer.alloc(9 * MIB, 'large'));
  await source.put('empty', Buffer.alloc(0));
  const first = await copy([...PLACES, '-o=json']);
  expect([first.status, first.err]).toEqual([0, '']);
  const outcome = JSON.parse(first.out);
  expect(outcome).toMatchObject({
    complete: true,
    copied: 3,
    copiedBytes: 5 + 9 * MIB,
    skipped: 0,
    failed: 0,
    failures: [],
  });
  expect(readdirSync(folder)).toEqual([outcome.manifest]);
  expect(await target.head('odd key+/%2F/ü')).toMatchObject({ sizeBytes: 5, attributes });
  expect(await target.head('large')).toMatchObject({ sizeBytes: 9 * MIB, etag: expect.stringMatching(/-2$/) });
  expect((await target.head('large')).checksum?.algorithm).toBe('CRC32C');
  await source.put('empty', Buffer.from('no more'));
  await source.put('new', Buffer.from('new'));
  const second = await copy([...PLACES, '-o=json']);
  expect(JSON.parse(second.out)).toMatchObject({ complete: true, copied: 2, skipped: 2 });
  expect((await target.head('empty')).sizeBytes).toBe(7);
  const third = await copy(PLACES);
  expect(third.out).toMatch(/^copied 0 objects, 0 B, in [\d.]+ s; 4 were copied before, 0 had vanished, 0 failed\n$/);
});

test('what cannot be done is said, with an exit status', async () => {
  const missing = await copy(['s3://source/p/', 's3://nowhere', '-o=json']);
  expect([missing.status, JSON.parse(missing.out)]).toMatchObject([1, { complete: false, copied: 0 }]);
  expect(JSON.parse(missing.out).failures[0]).toMatchObject({ code: 'not-found' });
  const refused = await copy([...PLACES, '-o=json'], 'wrong');
  expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('SignatureDoesNotMatch')]);
  expect(JSON.parse(refused.out).error).toContain(
    `the source ${PLACES[0]} at ${store.url} cannot be listed: ListObjects`,
  );
  expect(refused.out + refused.err).not.toContain('wrong');
  for (const [args, message] of [
    [['s3://source'], 'give two places'],
    [['s3://a', 's3://a'], 'source and target are the same place'],
    [['s3://source', 's3:///x'], 'is not of the form s3://bucket/prefix'],
    [[...PLACES, '-jobs=0'], 'flag -jobs'],
    [[...PLACES, '-source.accessKeyId=AK'], 'secretAccessKey is missing'],
  ] as const) {
    const { status, err } = await copy(args);
    expect([status, err]).toEqual([2, expect.stringContaining(message)]);
  }
});

test('an interrupt lets what is under way be finished; the same command goes on', async () => {
  const objects = 40;
  for (let index = 0; index < objects; index += 1) await source.put(`i/${index}`, Buffer.alloc(64 * 1024, index));
  const args = ['s3://source/p/i/', 's3://target/i/', '-jobs=1', '-manifest=m', '-o=json'];
  // What is written goes through this process, so that it does not end unseen while this process stands still.
  const proxy = await CountingProxy.start(store.url);
  const child = startCopy(args, undefined, proxy.url);
  const finished = outcomeOf(child);
  const record = join(folder, 'm', 'confirmed.log');
  while (!existsSync(record) || readFileSync(record, 'utf8').split('\n').length < 5) await delay(2);
  child.kill('SIGINT');
  const { status, out } = await finished;
  const first = JSON.parse(out);
  expect([status, first]).toMatchObject([1, { complete: false, failed: 0 }]);
  expect(first.copied).toBeGreaterThanOrEqual(3);
  expect(first.copied).toBeLessThan(objects);
  const second = JSON.parse((await outcomeOf(startCopy(args, undefined, proxy.url))).out);
  expect(second).toMatchObject({ complete: true, skipped: first.copied, copied: objects - first.copied });
  await proxy.close();
});
