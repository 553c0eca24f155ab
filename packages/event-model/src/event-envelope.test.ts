import { buildEventEnvelope, routeEvent } from './event-envelope.ts';
import { makeEventId } from './event-id.ts';
import { EVENT_NAMES } from './event-names.ts';
import { buildEventRecord } from './event-record.ts';
import type { ObjectEvent } from './object-event.ts';

const ROWS = [
  ['ObjectCreated:Put', 'storage.object', 'created.put'],
  ['ObjectCreated:Post', 'storage.object', 'created.post'],
  ['ObjectCreated:Copy', 'storage.object', 'created.copy'],
  ['ObjectCreated:CompleteMultipartUpload', 'storage.object', 'created.multipart-complete'],
  ['ObjectCreated:PutRetention', 'storage.object', 'updated.retention'],
  ['ObjectCreated:PutLegalHold', 'storage.object', 'updated.legal-hold'],
  ['ObjectRemoved:Delete', 'storage.object', 'removed.delete'],
  ['ObjectRemoved:DeleteMarkerCreated', 'storage.object', 'removed.delete-marker-created'],
  ['ObjectRemoved:DeleteAllVersions', 'storage.object', 'removed.delete-all-versions'],
  ['ObjectRemoved:NoOP', 'storage.object', 'removed.no-op'],
  ['ObjectAccessed:Get', 'storage.object', 'accessed.get'],
  ['ObjectAccessed:Head', 'storage.object', 'accessed.head'],
  ['ObjectAccessed:GetRetention', 'storage.object', 'accessed.get-retention'],
  ['ObjectAccessed:GetLegalHold', 'storage.object', 'accessed.get-legal-hold'],
  ['ObjectAccessed:Attributes', 'storage.object', 'accessed.attributes'],
  ['ObjectTagging:Put', 'storage.object', 'tagging.put'],
  ['ObjectTagging:Delete', 'storage.object', 'tagging.delete'],
  ['ObjectAcl:Put', 'storage.object', 'acl.put'],
  ['ObjectRestore:Post', 'storage.object', 'restore.post'],
  ['ObjectRestore:Completed', 'storage.object', 'restore.completed'],
  ['ObjectRestore:Delete', 'storage.object', 'restore.delete'],
  ['Replication:OperationFailedReplication', 'storage.object', 'replication.failed'],
  ['Replication:OperationCompletedReplication', 'storage.object', 'replication.completed'],
  ['Replication:OperationMissedThreshold', 'storage.object', 'replication.missed-threshold'],
  ['Replication:OperationReplicatedAfterThreshold', 'storage.object', 'replication.replicated-after-threshold'],
  ['Replication:OperationNotTracked', 'storage.object', 'replication.not-tracked'],
  ['LifecycleExpiration:Delete', 'storage.object', 'expired.delete'],
  ['LifecycleExpiration:DeleteMarkerCreated', 'storage.object', 'expired.delete-marker-created'],
  ['LifecycleDelMarkerExpiration:Delete', 'storage.object', 'expired.delete-marker-removed'],
  ['LifecycleTransition', 'storage.object', 'transition.lifecycle'],
  ['ObjectTransition:Failed', 'storage.object', 'transition.failed'],
  ['ObjectTransition:Complete', 'storage.object', 'transition.complete'],
  ['IntelligentTiering', 'storage.object', 'transition.tier'],
  ['Scanner:ManyVersions', 'storage.bucket', 'scanner.many-versions'],
  ['Scanner:LargeVersions', 'storage.bucket', 'scanner.large-versions'],
  ['Scanner:BigPrefix', 'storage.bucket', 'scanner.big-prefix'],
  ['BucketCreated:*', 'storage.bucket', 'created'],
  ['BucketRemoved:*', 'storage.bucket', 'removed'],
  ['ReducedRedundancyLostObject', 'storage.unknown', 'reducedredundancylostobject'],
  ['Future:ThingHappened', 'storage.unknown', 'future.thinghappened'],
] as const;

test.each(ROWS)('%s is %s %s', (eventName, namespace, operation) => {
  expect(routeEvent(eventName)).toEqual({ namespace, operation });
});

test('every name has its row above', () => {
  const rows = new Set<string>(ROWS.map(([name]) => name));
  expect(EVENT_NAMES.filter((name) => !rows.has(name))).toEqual([]);
});

test('carries the event id, the record and what consumers sort by', () => {
  const event: ObjectEvent = {
    seq: 31n,
    atMs: 0,
    eventName: 'ObjectCreated:Put',
    bucket: 'b',
    key: 'a b',
    versionId: 'v9',
    sizeBytes: 3,
    etag: 'e',
    contentType: 'text/plain',
    userMetadata: {},
    bucketOwnerId: 'o',
    principalId: 'p',
    sourceIpAddress: '',
    requestId: '',
    userAgent: '',
  };
  const record = buildEventRecord(event, 'r', { region: '', eventSource: 'needlestack:s3', hostId: '' });
  expect(buildEventEnvelope(event, record)).toEqual({
    id: makeEventId(event),
    namespace: 'storage.object',
    operation: 'created.put',
    timestamp: '1970-01-01T00:00:00.000Z',
    source: 'needlestack',
    metadata: {
      bucket: 'b',
      key: 'a b',
      size: 3,
      eTag: 'e',
      versionId: 'v9',
      sequencer: '000000000000001F',
      principalId: 'p',
      eventVersion: '2.1',
      seq: '31',
    },
    payload: record,
  });
});
