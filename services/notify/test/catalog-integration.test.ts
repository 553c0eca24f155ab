/** Events of the real catalog, in process and over gRPC, to a real receiver. */
import { type CatalogService, startCatalogService } from '@needlestack/catalog-service';
import { encodeNotificationConfiguration } from '@needlestack/event-model';
import { type CatalogPort, createGrpcCatalog } from '@needlestack/service-contracts';
import { eventually } from './support/eventually.ts';
import { startService, webhookEnvironment } from './support/start-service.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';
import { WebhookSink } from './support/webhook-sink.ts';

const makeDirectory = temporaryDirectories();
const event = { requestId: 'REQ', principalId: 'alice', sourceIpAddress: '127.0.0.1', userAgent: 'test' };
const rules = encodeNotificationConfiguration({
  rules: [
    {
      id: 'all',
      arn: 'arn:needlestack:sqs::1:webhook',
      targetId: '1:webhook',
      events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
    },
  ],
});

function put(catalog: CatalogPort, key: string) {
  return catalog.commitObject({
    bucket: 'bucket',
    key,
    version: {
      sizeBytes: 2,
      etag: '49f68a5c8493ec2c0bf489821c21fc3b',
      systemHeaders: { 'content-type': 'text/plain' },
      userMetadata: { color: 'red' },
      chunks: [],
      inlineData: Buffer.from('hi'),
      ownerId: 'alice',
    },
    event: { ...event, eventName: 'ObjectCreated:Put' },
  });
}

describe.each(['in process', 'over gRPC'])('%s', (way) => {
  let service: CatalogService;
  let catalog: CatalogPort;
  let disconnect = (): void => undefined;
  let sink: WebhookSink;

  beforeEach(async () => {
    sink = await WebhookSink.start();
    service = await startCatalogService({ store: { kind: 'embedded', directory: makeDirectory() } });
    if (way === 'in process') catalog = service.port;
    else {
      const client = createGrpcCatalog({ address: `127.0.0.1:${service.grpcPort}` });
      catalog = client;
      disconnect = () => client.close();
    }
    await catalog.createBucket({ name: 'bucket', ownerId: 'alice', region: 'us-east-1', objectLockEnabled: false });
  });
  afterEach(async () => {
    disconnect();
    await service.close();
    await sink.close();
  });

  test('what is committed arrives, once, before and after a restart of notify', async () => {
    const directory = makeDirectory();
    await catalog.putBucketConfig('bucket', 'notification', rules);
    const first = await startService(catalog, directory, webhookEnvironment(sink.url));
    await put(catalog, 'one');
    await eventually(() => sink.accepted.length === 1, 'the first event');
    const { seq } = await first.client.call.GetCursor({ target_id: '1:webhook' });
    await first.close();
    await put(catalog, 'two');
    await catalog.deleteObject({
      bucket: 'bucket',
      key: 'one',
      event: { ...event, eventName: 'ObjectRemoved:Delete' },
    });
    const second = await startService(catalog, directory, webhookEnvironment(sink.url));
    await eventually(() => new Set(sink.accepted.map(({ eventId }) => eventId)).size === 3, 'the others');
    const events = sink.accepted.map(({ body }) => JSON.parse(body));
    expect(new Set(events.map(({ EventName, Key }) => `${EventName} ${Key}`))).toEqual(
      new Set([
        's3:ObjectCreated:Put bucket/one',
        's3:ObjectCreated:Put bucket/two',
        's3:ObjectRemoved:Delete bucket/one',
      ]),
    );
    expect(events[0].Records[0]).toMatchObject({
      userIdentity: { principalId: 'alice' },
      responseElements: { 'x-amz-request-id': 'REQ' },
      s3: {
        bucket: { ownerIdentity: { principalId: 'alice' } },
        object: { key: 'one', size: 2, contentType: 'text/plain', userMetadata: { 'x-amz-meta-color': 'red' } },
      },
    });
    await eventually(
      async () => BigInt((await second.client.call.GetCursor({ target_id: '1:webhook' })).seq) > BigInt(seq),
      'the cursor',
    );
    await second.close();
  });
});

test('puts go through while the only target hangs', async () => {
  const sink = await WebhookSink.start();
  sink.behaviour = () => 'hang';
  const service = await startCatalogService({ store: { kind: 'embedded', directory: makeDirectory() } });
  const { port: catalog } = service;
  await catalog.createBucket({ name: 'bucket', ownerId: 'alice', region: 'us-east-1', objectLockEnabled: false });
  await catalog.putBucketConfig('bucket', 'notification', rules);
  const notify = await startService(catalog, makeDirectory(), webhookEnvironment(sink.url));
  for (let index = 0; index < 200; index += 1) await put(catalog, `key-${index}`);
  await eventually(() => sink.attempts.length > 0, 'an attempt that hangs');
  expect(sink.accepted).toHaveLength(0);
  await notify.close();
  await service.close();
  await sink.close();
});
