/** `needlestack admin orphans` against a running store: what it finds, what it leaves alone, what it removes. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { NEEDLESTACK_COMMAND } from '@needlestack/test-servers';
import { clockEnvironment } from '../consistency/wrong-clock.ts';
import { createS3Client, storeUnderTest } from '../support/store-under-test.ts';

const TIMEOUT_MS = 180_000;
const ORPHANS = 400;
const UPLOADS = 10;
const OBJECTS = 60;
const VERSIONS = 10;
const WRITTEN_AT_A_TIME = 25;
/** Beyond what the store keeps beside the name. */
const BODY_BYTES = 40_000;
const HOUR_MS = 3_600_000;
/** By the clock of the store, what must not be removed was written so long ago. */
const WRITTEN_AGO_MS = 2 * HOUR_MS;
/** Of the runs below: whatever is being written meanwhile is younger, however slow the machine. */
const MIN_AGE = '-minAge=30m';
const Bucket = 'reachable';
const Versioned = 'versioned';
const PART_BYTES = 5 * 1024 * 1024;

interface Report {
  readonly needles: number;
  readonly volumes: number;
  readonly young: number;
  readonly gone: number;
  readonly failures: readonly string[];
  readonly orphans: readonly { readonly fid: string; readonly sizeBytes: number }[];
  readonly removal?: { readonly removed: number; readonly waiting: number; readonly named: number };
}

/** Volume and key of a file id, `3,01637037d6` or `3,01637037d6_5`, without its cookie. */
function needleOf(fid: string): string {
  const [volumeId = '', name = ''] = fid.split(',');
  const [hex = '', index = '0'] = name.split('_');
  return `${volumeId},${(BigInt(`0x${hex.slice(0, -8)}`) + BigInt(index)).toString(16)}`;
}

const bodyOf = (name: string): string => name.padEnd(BODY_BYTES, '.');

describe('admin orphans', () => {
  const store = storeUnderTest(() => ({
    flags: ['-catalog.garbageDelay=0s'],
    environment: clockEnvironment(-WRITTEN_AGO_MS),
  }));
  let s3: S3Client;
  let planted: string[] = [];
  let uploads: { readonly Key: string; readonly UploadId: string; readonly ETag: string }[] = [];
  const versionIds: string[] = [];
  const writing = new AbortController();
  let writer: Promise<number> = Promise.resolve(0);

  async function orphans(...flags: string[]): Promise<Report> {
    const { ports } = store.process;
    const { stdout } = await promisify(execFile)(
      NEEDLESTACK_COMMAND,
      [
        'admin',
        'orphans',
        `-master=127.0.0.1:${ports.master}`,
        `-catalog=127.0.0.1:${ports.catalog}`,
        '-o=json',
        ...flags,
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return JSON.parse(stdout) as Report;
  }

  /** Needles that nobody will ever name, as a gateway leaves them that dies between its two writes. */
  async function plant(count: number): Promise<string[]> {
    const assign = await fetch(`${store.process.urlOf('master')}/dir/assign?count=${count}`);
    const { fid } = (await assign.json()) as { readonly fid: string };
    const hourAgo = Math.floor((Date.now() - HOUR_MS) / 1000);
    const fids = Array.from({ length: count }, (_, index) => (index === 0 ? fid : `${fid}_${index}`));
    for (let at = 0; at < count; at += WRITTEN_AT_A_TIME)
      await Promise.all(
        fids.slice(at, at + WRITTEN_AT_A_TIME).map(async (one) => {
          const url = `${store.process.urlOf('volume')}/${one}?ts=${hourAgo}`;
          const { status } = await fetch(url, { method: 'PUT', body: `orphan ${one}` });
          expect(status).toBe(201);
        }),
      );
    return fids;
  }

  const statusOf = async (fid: string): Promise<number> =>
    (await fetch(`${store.process.urlOf('volume')}/${fid}`)).status;

  /** New objects, replaced, deleted, and uploads that become objects, until it is told to stop. */
  async function keepWriting(signal: AbortSignal): Promise<number> {
    let count = 0;
    for (; !signal.aborted; count += 1) {
      const Key = `written/${count % 20}`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(`round ${count}`) }));
      if (count % 3 === 0) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
      if (count % 5 === 0) await uploadWhole(`whole/${count % 4}`);
    }
    return count;
  }

  async function startUpload(Key: string) {
    const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag = '' } = await s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: Buffer.alloc(PART_BYTES, Key) }),
    );
    return { Key, UploadId, ETag };
  }

  const finishUpload = ({ Key, UploadId, ETag }: (typeof uploads)[number]) =>
    s3.send(
      new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      }),
    );

  const uploadWhole = async (Key: string) => finishUpload(await startUpload(Key));

  const read = async (Key: string, from = Bucket, VersionId?: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: from, Key, VersionId }));
    return (await Body?.transformToString()) ?? '';
  };

  async function expectReachable(): Promise<void> {
    for (let number = 0; number < OBJECTS; number += 1)
      expect(await read(`object ${number}`)).toBe(bodyOf(`object ${number}`));
    for (const [number, versionId] of versionIds.entries())
      expect(await read('often', Versioned, versionId)).toBe(bodyOf(`version ${number}`));
  }

  beforeAll(async () => {
    s3 = createS3Client(store.process);
    // The Date header of answers, which the SDK goes by, is not the clock of the store.
    Object.defineProperty(s3.config, 'systemClockOffset', { get: () => -WRITTEN_AGO_MS, set: () => undefined });
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new CreateBucketCommand({ Bucket: Versioned }));
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: Versioned, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    for (let number = 0; number < OBJECTS; number += 1)
      await s3.send(new PutObjectCommand({ Bucket, Key: `object ${number}`, Body: bodyOf(`object ${number}`) }));
    for (let number = 0; number < VERSIONS; number += 1) {
      const Body = bodyOf(`version ${number}`);
      const { VersionId = '' } = await s3.send(new PutObjectCommand({ Bucket: Versioned, Key: 'often', Body }));
      versionIds.push(VersionId);
    }
    uploads = await Promise.all(Array.from({ length: UPLOADS }, (_, number) => startUpload(`upload ${number}`)));
    s3.destroy();
    await store.process.end('SIGTERM');
    await store.restart({});
    s3 = store.s3;
    planted = await plant(ORPHANS);
    writer = keepWriting(writing.signal);
  }, TIMEOUT_MS);
  afterAll(async () => {
    writing.abort();
    await writer;
  }, TIMEOUT_MS);

  test(
    'finds those that were planted and no other, beside uploads in flight and a writer; changes nothing',
    async () => {
      const report = await orphans(MIN_AGE);
      expect(report.failures).toEqual([]);
      expect(report.orphans.length).toBe(ORPHANS);
      expect(report.orphans.map(({ fid }) => needleOf(fid)).sort()).toEqual(planted.map(needleOf).sort());
      expect(report.needles).toBeGreaterThanOrEqual(ORPHANS + OBJECTS + VERSIONS + UPLOADS);
      expect(report.removal).toBeUndefined();
      expect(await Promise.all(planted.slice(0, 20).map(statusOf))).toEqual(Array.from({ length: 20 }, () => 200));
      await expectReachable();
    },
    TIMEOUT_MS,
  );

  test(
    'with the age guard of a day nothing is an orphan',
    async () => {
      const report = await orphans();
      expect([report.orphans.length, report.young >= ORPHANS]).toEqual([0, true]);
    },
    TIMEOUT_MS,
  );

  test(
    'removes them when told, and nothing that a name leads to',
    async () => {
      const report = await orphans(MIN_AGE, '-apply', '-wait=60s');
      expect(report.removal).toEqual({ removed: ORPHANS, waiting: 0, named: 0 });
      for (let at = 0; at < ORPHANS; at += WRITTEN_AT_A_TIME) {
        const some = planted.slice(at, at + WRITTEN_AT_A_TIME);
        expect(await Promise.all(some.map(statusOf))).toEqual(some.map(() => 404));
      }
      writing.abort();
      expect(await writer).toBeGreaterThan(0);
      await expectReachable();
      for (const upload of uploads) {
        await finishUpload(upload);
        expect(await read(upload.Key)).toBe(Buffer.alloc(PART_BYTES, upload.Key).toString());
      }
      expect((await orphans(MIN_AGE)).orphans).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test('says what is wrong with a task, a flag or a place', async () => {
    const failing = async (...args: string[]): Promise<string> =>
      promisify(execFile)(NEEDLESTACK_COMMAND, ['admin', ...args]).then(
        () => 'nothing',
        (error: { readonly stderr?: string }) => error.stderr ?? '',
      );
    expect(await failing('orphan')).toContain('did you mean orphans?');
    expect(await failing()).toContain('give a task: orphans');
    expect(await failing('orphans', '-minage=1s')).toContain('-minAge');
    const noMaster = await failing('orphans', '-master=127.0.0.1:1');
    expect(noMaster).toMatch(/the master at 127\.0\.0\.1:1: .*ECONNREFUSED 127\.0\.0\.1:10001/);
    const noCatalog = await failing(
      'orphans',
      `-master=127.0.0.1:${store.process.ports.master}`,
      '-catalog=127.0.0.1:1',
    );
    expect(noCatalog).toContain('the catalog at 127.0.0.1:1: ');
  });
});
