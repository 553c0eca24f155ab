import { EVENT_NAMES, isRemovalEvent } from './event-names.ts';
import { buildPayload, PAYLOAD_FORMATS } from './event-payload.ts';
import { buildEventRecord } from './event-record.ts';
import type { ObjectEvent } from './object-event.ts';

const origin = { region: 'us-east-1', eventSource: 'needlestack:s3', hostId: 'host-1' };

const put: ObjectEvent = {
  seq: 258n,
  atMs: Date.UTC(2026, 10, 21, 9, 30, 15, 7),
  eventName: 'ObjectCreated:Put',
  bucket: 'photos',
  key: 'holiday/a b.jpg',
  versionId: '',
  sizeBytes: 5,
  etag: '5d41402abc4b2a76b9719d911017c592',
  contentType: 'image/jpeg',
  userMetadata: { 'x-amz-meta-camera': 'x', 'x-amz-meta-internal-trace': 'y' },
  bucketOwnerId: 'owner',
  principalId: 'alice',
  sourceIpAddress: '10.0.0.9',
  requestId: 'REQ',
  userAgent: 'sdk/1',
};

test('a put', () => {
  expect(buildEventRecord(put, 'rule-1', origin)).toEqual({
    eventVersion: '2.1',
    eventSource: 'needlestack:s3',
    awsRegion: 'us-east-1',
    eventTime: '2026-11-21T09:30:15.007Z',
    eventName: 's3:ObjectCreated:Put',
    userIdentity: { principalId: 'alice' },
    requestParameters: { sourceIPAddress: '10.0.0.9', principalId: 'alice', region: 'us-east-1' },
    responseElements: { 'x-amz-request-id': 'REQ', 'x-amz-id-2': 'host-1' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'rule-1',
      bucket: { name: 'photos', ownerIdentity: { principalId: 'owner' }, arn: 'arn:aws:s3:::photos' },
      object: {
        key: 'holiday/a+b.jpg',
        size: 5,
        eTag: '5d41402abc4b2a76b9719d911017c592',
        contentType: 'image/jpeg',
        userMetadata: { 'x-amz-meta-camera': 'x' },
        sequencer: '0000000000000102',
      },
    },
    source: { host: '10.0.0.9', port: '', userAgent: 'sdk/1' },
  });
});

test.each(EVENT_NAMES.map((name) => [name, isRemovalEvent(name)] as const))('%s: removal %p', (eventName, removal) => {
  const { object } = buildEventRecord({ ...put, eventName, versionId: 'v1' }, 'r', origin).s3;
  const kept = Object.keys(object).sort();
  expect(kept).toEqual(
    removal
      ? ['key', 'sequencer', 'versionId']
      : ['contentType', 'eTag', 'key', 'sequencer', 'size', 'userMetadata', 'versionId'],
  );
});

test.each([
  ['x-amz-server-side-encryption-context', false],
  ['X-Needlestack-Internal-Origin', false],
  ['x-amz-meta-internal-id', false],
  ['x-amz-meta-internalised', true],
  ['x-amz-meta-note', true],
])('metadata %s is shown: %p', (name, shown) => {
  const record = buildEventRecord({ ...put, userMetadata: { [name]: 'v' } }, 'r', origin);
  expect(record.s3.object.userMetadata).toEqual(shown ? { [name]: 'v' } : {});
});

describe('details of some events', () => {
  const atMs = Date.UTC(2026, 0, 2);
  test.each([
    [
      { restore: { expiresAtMs: atMs, storageClass: 'GLACIER' } },
      {
        glacierEventData: {
          restoreEventData: {
            lifecycleRestorationExpiryTime: '2026-01-02T00:00:00.000Z',
            lifecycleRestoreStorageClass: 'GLACIER',
          },
        },
      },
    ],
    [
      {
        replication: {
          ruleId: 'r1',
          destinationBucket: 'arn:aws:s3:::copy',
          s3Operation: 'OBJECT_PUT',
          requestedAtMs: atMs,
          failureReason: 'DstBucketNotFound',
        },
      },
      {
        replicationEventData: {
          replicationRuleId: 'r1',
          destinationBucket: 'arn:aws:s3:::copy',
          s3Operation: 'OBJECT_PUT',
          requestTime: '2026-01-02T00:00:00.000Z',
          failureReason: 'DstBucketNotFound',
        },
      },
    ],
    [
      { transition: { destinationStorageClass: 'COLD' } },
      { lifecycleEventData: { transitionEventData: { destinationStorageClass: 'COLD' } } },
    ],
    [
      { tiering: { destinationAccessTier: 'ARCHIVE_ACCESS' } },
      { intelligentTieringEventData: { destinationAccessTier: 'ARCHIVE_ACCESS' } },
    ],
  ])('%j', (details, fields) => {
    expect(buildEventRecord({ ...put, details }, 'r', origin)).toMatchObject(fields);
  });
});

describe('payloads', () => {
  const record = buildEventRecord(put, 'r', origin);
  const bodies = Object.fromEntries(PAYLOAD_FORMATS.map((format) => [format, buildPayload(format, put, record)]));

  test('log', () => {
    expect(bodies.log).toEqual({
      EventName: 's3:ObjectCreated:Put',
      Key: 'photos/holiday/a b.jpg',
      Records: [record],
    });
  });

  test('s3 leaves the prefix of the name out', () => {
    expect(bodies.s3).toEqual({ Records: [{ ...record, eventName: 'ObjectCreated:Put' }] });
  });

  test('entity wraps each record', () => {
    expect(bodies.entity).toEqual({
      EventName: 's3:ObjectCreated:Put',
      Key: 'photos/holiday/a b.jpg',
      Records: [
        {
          object_name: 'holiday/a b.jpg',
          bucket_name: 'photos',
          event_name: 's3:ObjectCreated:Put',
          data: record,
        },
      ],
    });
  });
});
