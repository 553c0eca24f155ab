/** Configurations that act, through the SDK and a browser's eyes: rules of days of a second, a website, access logs, cross-origin requests. */
import { request as httpRequest } from 'node:http';
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeletePublicAccessBlockCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketMetricsConfigurationsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketMetricsConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { storeUnderTest } from './support/store-under-test.ts';

const DOMAIN = 'site.test';
const store = storeUnderTest(() => ({
  flags: ['-s3.lifecycle.debugDay=1s', `-s3.website.domainName=${DOMAIN}`, '-s3.logging.rollInterval=100ms'],
}));
const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/** Asks until the answer is as wanted. */
const until = async <T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> => {
  const endMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > endMs) throw new Error(`still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

const makeBucket = async (Bucket: string): Promise<void> => {
  await store.s3.send(new CreateBucketCommand({ Bucket }));
};
const allow = async (Bucket: string, Principal: unknown, Action: string, Resource: string): Promise<void> => {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action, Resource }],
  });
  await store.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
};

test('lifecycle: objects, versions, markers and uploads go in their time, others stay', async () => {
  const Bucket = 'sdk-lifecycle';
  await makeBucket(Bucket);
  await store.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const Rules = [
    {
      ID: 'logs',
      Status: 'Enabled' as const,
      Filter: { Prefix: 'logs/' },
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    },
    {
      ID: 'uploads',
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  ];
  await store.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const kept = await store.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(kept.Rules).toEqual(Rules);
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'logs/1', Body: 'x' }));
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'other', Body: 'x' }));
  await store.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'never finished' }));
  const head = await store.s3.send(new HeadObjectCommand({ Bucket, Key: 'logs/1' }));
  expect(head.Expiration).toMatch(/^expiry-date="\w+, .* 00:00:00 GMT", rule-id="logs"$/);
  const versions = await until(
    () => store.s3.send(new ListObjectVersionsCommand({ Bucket })),
    ({ Versions = [], DeleteMarkers = [] }) => Versions.length === 1 && DeleteMarkers.length === 0,
  );
  expect(versions.Versions?.map(({ Key }) => Key)).toEqual(['other']);
  await until(
    () => store.s3.send(new ListMultipartUploadsCommand({ Bucket })),
    ({ Uploads = [] }) => Uploads.length === 0,
  );
});

test('a website is there for everyone whom the policy lets read', async () => {
  const Bucket = 'sdk-website';
  await makeBucket(Bucket);
  await store.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await allow(Bucket, '*', 's3:GetObject', `arn:aws:s3:::${Bucket}/*`);
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'index.html', Body: 'welcome', ContentType: 'text/html' }));
  const WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } };
  await store.s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
  const page = await new Promise<[number | undefined, string]>((resolve, reject) => {
    const request = httpRequest(store.url, { headers: { host: `${Bucket}.${DOMAIN}` } }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => resolve([response.statusCode, Buffer.concat(pieces).toString()]));
    });
    request.on('error', reject).end();
  });
  expect(page).toEqual([200, 'welcome']);
});

test('access logs come to the target bucket', async () => {
  await makeBucket('sdk-logged');
  await makeBucket('sdk-logs');
  await allow('sdk-logs', { Service: 'logging.s3.amazonaws.com' }, 's3:PutObject', 'arn:aws:s3:::sdk-logs/log/*');
  const LoggingEnabled = { TargetBucket: 'sdk-logs', TargetPrefix: 'log/' };
  await store.s3.send(new PutBucketLoggingCommand({ Bucket: 'sdk-logged', BucketLoggingStatus: { LoggingEnabled } }));
  await store.s3.send(new PutObjectCommand({ Bucket: 'sdk-logged', Key: 'key', Body: 'x' }));
  const list = await until(
    () => store.s3.send(new ListObjectsV2Command({ Bucket: 'sdk-logs' })),
    ({ KeyCount = 0 }) => KeyCount > 0,
  );
  const log = await store.s3.send(new GetObjectCommand({ Bucket: 'sdk-logs', Key: list.Contents?.[0]?.Key ?? '' }));
  expect(await log.Body?.transformToString()).toMatch(
    / sdk-logged \[.* REST\.PUT\.OBJECT key "PUT \/sdk-logged\/key\?x-id=PutObject HTTP\/1\.1" 200 /,
  );
});

test('rules of CORS, tags and metrics are the same after the store was stopped and started', async () => {
  const Bucket = 'sdk-kept';
  await makeBucket(Bucket);
  const CORSRules = [
    {
      ID: 'all',
      AllowedMethods: ['GET'],
      AllowedOrigins: ['*'],
      AllowedHeaders: ['*'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 5,
    },
  ];
  await store.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  const TagSet = [{ Key: 'team', Value: 'blue + green' }];
  await store.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  const MetricsConfiguration = { Id: 'EntireBucket' };
  await store.s3.send(new PutBucketMetricsConfigurationCommand({ Bucket, Id: 'EntireBucket', MetricsConfiguration }));
  await store.process.end('SIGTERM');
  await store.restart();
  expect((await store.s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toEqual(CORSRules);
  expect((await store.s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
  const metrics = await store.s3.send(new ListBucketMetricsConfigurationsCommand({ Bucket }));
  expect(metrics.MetricsConfigurationList).toEqual([MetricsConfiguration]);
  const answer = await fetch(`${store.url}/${Bucket}/any`, {
    method: 'OPTIONS',
    headers: {
      origin: 'http://app.test',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'x-any',
    },
  });
  expect([
    answer.status,
    answer.headers.get('access-control-allow-origin'),
    answer.headers.get('access-control-max-age'),
  ]).toEqual([200, '*', '5']);
});
