import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Client, CopyDestinationOptions, CopySourceOptions } from 'minio';
import { REGION } from '../support/store-under-test.ts';
import { clientStore } from './support/client-store.ts';
import { expectKnownWays } from './support/known-clients.ts';
import { ODD_KEYS, SLASHED_KEYS } from './support/odd-keys.ts';
import { storeAddresses } from './support/store-addresses.ts';
import { fetchByUrl, openStoreAgents } from './support/store-agents.ts';

const PART_BYTES = 5 * 1024 * 1024;
const LARGE = randomBytes(PART_BYTES + 7);

const TIMEOUT_MS = 120_000;

const clients = clientStore();
const agents: { destroy(): void }[] = [];
afterAll(() => {
  for (const agent of agents) agent.destroy();
});

function connect(variable: string, pathStyle: boolean): Client {
  const url = new URL(clients.environment[variable] ?? '');
  const useSSL = url.protocol === 'https:';
  const { httpAgent, httpsAgent } = openStoreAgents(clients);
  agents.push(httpAgent, httpsAgent);
  return new Client({
    endPoint: url.hostname,
    port: Number(url.port),
    useSSL,
    accessKey: clients.store.credentials.accessKeyId,
    secretKey: clients.store.credentials.secretAccessKey,
    region: REGION,
    pathStyle,
    partSize: PART_BYTES,
    transportAgent: useSSL ? httpsAgent : httpAgent,
  });
}

async function storeBodies(s3: Client, bucket: string): Promise<void> {
  for (const size of [0, 1, 4096]) {
    const body = LARGE.subarray(0, size);
    await s3.putObject(bucket, `small/${size}`, body, size, { 'Content-Type': 'text/x', colour: 'green' });
    expect((await buffer(await s3.getObject(bucket, `small/${size}`))).equals(body)).toBe(true);
  }
  const stat = await s3.statObject(bucket, 'small/4096');
  expect(stat).toMatchObject({ size: 4096, metaData: { 'content-type': 'text/x', colour: 'green' } });
  const part = await buffer(await s3.getPartialObject(bucket, 'small/4096', 10, 5));
  expect(part.equals(LARGE.subarray(10, 15))).toBe(true);
  await s3.putObject(bucket, 'stream', Readable.from([LARGE.subarray(0, 1000), LARGE.subarray(1000)]));
  const path = join(clients.folder, 'large.bin');
  writeFileSync(path, LARGE);
  await s3.fPutObject(bucket, 'file', path, { 'Content-Type': 'image/x' });
  for (const key of ['stream', 'file'])
    expect((await buffer(await s3.getObject(bucket, key))).equals(LARGE)).toBe(true);
}

async function storeOddKeys(s3: Client, bucket: string): Promise<void> {
  for (const key of [...ODD_KEYS, ...SLASHED_KEYS]) {
    await s3.putObject(bucket, key, key);
    expect((await buffer(await s3.getObject(bucket, key))).toString()).toBe(key);
  }
  const keys = await listKeys(s3, bucket);
  expect(keys).toEqual(expect.arrayContaining([...ODD_KEYS, ...SLASHED_KEYS]));
}

async function listKeys(s3: Client, bucket: string): Promise<string[]> {
  const entries: { name?: string }[] = await s3.listObjectsV2(bucket, '', true).toArray();
  const old: { name?: string }[] = await s3.listObjects(bucket, '', true).toArray();
  expect(old.map(({ name }) => name)).toEqual(entries.map(({ name }) => name));
  return entries.map(({ name = '' }) => name);
}

async function copy(s3: Client, bucket: string): Promise<void> {
  const [source = ''] = ODD_KEYS;
  await s3.copyObject(
    new CopySourceOptions({ Bucket: bucket, Object: source }),
    new CopyDestinationOptions({
      Bucket: bucket,
      Object: 'copy',
      MetadataDirective: 'REPLACE',
      UserMetadata: { new: '1' },
    }),
  );
  expect((await s3.statObject(bucket, 'copy')).metaData).toMatchObject({ new: '1' });
  await s3.composeObject(new CopyDestinationOptions({ Bucket: bucket, Object: 'composed' }), [
    new CopySourceOptions({ Bucket: bucket, Object: 'file' }),
    new CopySourceOptions({ Bucket: bucket, Object: 'small/4096' }),
  ]);
  const composed = await buffer(await s3.getObject(bucket, 'composed'));
  expect(composed.equals(Buffer.concat([LARGE, LARGE.subarray(0, 4096)]))).toBe(true);
}

async function useUrls(s3: Client, bucket: string): Promise<void> {
  const put = await s3.presignedPutObject(bucket, 'by url ü');
  expect(await fetchByUrl(clients, put, 'PUT', 'by url')).toMatchObject({ status: 200 });
  const get = await s3.presignedGetObject(bucket, 'by url ü');
  expect(await fetchByUrl(clients, get)).toEqual({ status: 200, body: 'by url' });
}

async function removeAll(s3: Client, bucket: string): Promise<void> {
  await s3.removeObjects(bucket, await listKeys(s3, bucket));
  await s3.removeBucket(bucket);
  expect(await s3.bucketExists(bucket)).toBe(false);
}

const addresses = storeAddresses(clients);

test.each(addresses)(
  'a full round trip at %s (path style: %p)',
  async (variable, isPathStyle) => {
    const s3 = connect(variable, isPathStyle);
    const bucket = `minio-js-${variable.toLowerCase().replaceAll('_', '-')}`;
    await s3.makeBucket(bucket, REGION);
    expect((await s3.listBuckets()).map(({ name }) => name)).toContain(bucket);
    for (const part of [storeBodies, storeOddKeys, copy, useUrls, removeAll]) await part(s3, bucket);
  },
  TIMEOUT_MS,
);

test(
  'versions, tags, retention and configurations',
  async () => {
    const s3 = connect('STORE_HTTP', true);
    const bucket = 'minio-js-versions';
    await s3.makeBucket(bucket, REGION, { ObjectLocking: true });
    const first = await s3.putObject(bucket, 'key', 'one');
    await s3.putObject(bucket, 'key', 'two');
    const versionId = first.versionId ?? '';
    expect((await buffer(await s3.getObject(bucket, 'key', { versionId }))).toString()).toBe('one');
    await s3.setObjectTagging(bucket, 'key', { colour: 'green' });
    expect(await s3.getObjectTagging(bucket, 'key')).toEqual([{ Key: 'colour', Value: 'green' }]);
    await s3.setObjectLegalHold(bucket, 'key', { versionId, status: 'ON' });
    await expect(s3.removeObject(bucket, 'key', { versionId })).rejects.toMatchObject({ code: 'AccessDenied' });
    await s3.setObjectLegalHold(bucket, 'key', { versionId, status: 'OFF' });
    // The answer of S3 to PutBucketTagging is 204; this client takes only 200 for a success.
    await expect(s3.setBucketTagging(bucket, { team: 'store' })).rejects.toMatchObject({ code: '' });
    expect(await s3.getBucketTagging(bucket)).toEqual([{ Key: 'team', Value: 'store' }]);
    const rule = { ID: 'one', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } };
    await s3.setBucketLifecycle(bucket, { Rule: [rule] });
    expect(await s3.getBucketLifecycle(bucket)).toMatchObject({ Rule: { ID: 'one' } });
    const versions: { name: string; versionId: string }[] = await s3
      .listObjects(bucket, '', true, { IncludeVersion: true })
      .toArray();
    expect(versions).toHaveLength(2);
    await s3.removeObjects(bucket, versions);
    await s3.removeBucket(bucket);
  },
  TIMEOUT_MS,
);

test('it was seen to sign, frame and check in all these ways', () => expectKnownWays('MinIO for JavaScript', clients));
