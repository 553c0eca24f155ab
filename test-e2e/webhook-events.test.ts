import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  type QueueConfiguration,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { errorOf } from './support/error-of.ts';
import { storeUnderTest } from './support/store-under-test.ts';
import { WebhookReceiver } from './support/webhook-receiver.ts';

const Bucket = 'webhook-events';
const ARN = 'arn:needlestack:sqs:us-east-1:e2e:webhook';
const receiver = new WebhookReceiver();
let endpoint = '';

beforeAll(async () => {
  endpoint = await receiver.listen();
});
afterAll(() => receiver.close());

const store = storeUnderTest(() => ({
  environment: {
    NEEDLESTACK_NOTIFY_WEBHOOK_ENABLE_E2E: 'on',
    NEEDLESTACK_NOTIFY_WEBHOOK_ENDPOINT_E2E: endpoint,
  },
}));

beforeAll(async () => {
  await store.s3.send(new CreateBucketCommand({ Bucket }));
  await configure([
    {
      Id: 'all',
      QueueArn: ARN,
      Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
      Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'watched/' }] } },
    },
  ]);
});

function configure(QueueConfigurations: QueueConfiguration[]): Promise<unknown> {
  const NotificationConfiguration = { QueueConfigurations };
  return store.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
}

const arrived = (key: string, eventName: string) =>
  receiver.deliveries.filter((one) => one.key === `${Bucket}/${key}` && one.eventName === `s3:${eventName}`);

test('the rules are given back as they were put', async () => {
  const answer = await store.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  expect(answer.QueueConfigurations).toMatchObject([{ Id: 'all', QueueArn: ARN }]);
  expect(answer.QueueConfigurations?.[0]?.Events?.toSorted()).toEqual(['s3:ObjectCreated:*', 's3:ObjectRemoved:*']);
});

test('each kind of change of an object is delivered once, in the order of its key', async () => {
  const Key = 'watched/a b';
  const put = await store.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'four' }));
  const CopySource = `${Bucket}/watched/a%20b`;
  await store.s3.send(new CopyObjectCommand({ Bucket, Key: 'watched/copy', CopySource }));
  const { UploadId } = await store.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'watched/parts' }));
  const part = { Bucket, Key: 'watched/parts', UploadId, PartNumber: 1 };
  const { ETag } = await store.s3.send(new UploadPartCommand({ ...part, Body: 'part' }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  await store.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'watched/parts', UploadId, MultipartUpload }));
  await store.s3.send(new DeleteObjectCommand({ Bucket, Key }));
  const Delete = { Objects: [{ Key: 'watched/copy' }, { Key: 'watched/parts' }] };
  await store.s3.send(new DeleteObjectsCommand({ Bucket, Delete }));
  await receiver.waitFor('six events', () => receiver.deliveries.length >= 6);
  expect(arrived('watched/copy', 'ObjectCreated:Copy')).toHaveLength(1);
  expect(arrived('watched/parts', 'ObjectCreated:CompleteMultipartUpload')).toHaveLength(1);
  for (const key of ['watched/a b', 'watched/copy', 'watched/parts'])
    expect(arrived(key, 'ObjectRemoved:Delete')).toHaveLength(1);
  const [created] = arrived('watched/a b', 'ObjectCreated:Put');
  expect(created?.record.s3).toMatchObject({
    configurationId: 'all',
    bucket: { name: Bucket },
    object: { key: 'watched/a+b', size: 4, eTag: put.ETag?.replaceAll('"', '') },
  });
  const [removed] = arrived('watched/a b', 'ObjectRemoved:Delete');
  expect(created !== undefined && removed !== undefined).toBe(true);
  expect((created?.record.s3.object.sequencer ?? '') < (removed?.record.s3.object.sequencer ?? '')).toBe(true);
  expect(new Set(receiver.deliveries.map((one) => one.eventId)).size).toBe(6);
});

test('what no rule asks for is not delivered', async () => {
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'unwatched', Body: 'x' }));
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'watched/marker', Body: 'x' }));
  // Events come in the order of the commits, so the second one says that the first will not come.
  await receiver.waitFor('the marker', () => arrived('watched/marker', 'ObjectCreated:Put').length === 1);
  expect(receiver.deliveries.filter((one) => one.key.endsWith('unwatched'))).toEqual([]);
});

test('an event that the receiver refuses for now is sent again with the same id', async () => {
  receiver.status = 503;
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'watched/later', Body: 'x' }));
  await receiver.waitFor('a refused delivery', () => receiver.refused > 0);
  receiver.status = 200;
  await receiver.waitFor('the repeat', () => arrived('watched/later', 'ObjectCreated:Put').length === 1);
  expect(arrived('watched/later', 'ObjectCreated:Put')[0]?.eventId).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
  ['an unknown event', { QueueArn: ARN, Events: ['s3:ObjectEaten:Cake'] }],
  ['an unknown target', { QueueArn: 'arn:needlestack:sqs:us-east-1:absent:webhook', Events: ['s3:ObjectCreated:*'] }],
  ['an ARN that is none', { QueueArn: 'nonsense', Events: ['s3:ObjectCreated:*'] }],
])('rules with %s are refused and change nothing', async (_, rule) => {
  expect(await errorOf(configure([rule as QueueConfiguration]))).toEqual({ code: 'InvalidArgument', status: 400 });
  const answer = await store.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
  expect(answer.QueueConfigurations?.map((one) => one.Id)).toEqual(['all']);
});

test('an event waits for a store that is killed before it was delivered', async () => {
  receiver.status = 503;
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'watched/outlives', Body: 'x' }));
  await store.process.end('SIGKILL');
  receiver.status = 200;
  await store.restart();
  await receiver.waitFor('the event', () => arrived('watched/outlives', 'ObjectCreated:Put').length >= 1);
  const ids = new Set(arrived('watched/outlives', 'ObjectCreated:Put').map((one) => one.eventId));
  expect(ids.size).toBe(1);
});
