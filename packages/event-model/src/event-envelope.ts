/** An event in the form of the store's event bus: a namespace and an operation in place of S3's names. */
import { makeEventId } from './event-id.ts';
import type { EventName } from './event-names.ts';
import { eventVersionOf, isEventName } from './event-names.ts';
import type { EventRecord } from './event-record.ts';
import type { ObjectEvent } from './object-event.ts';
import { formatSequencer } from './sequencer.ts';

export interface EventEnvelope {
  /** The event id: a random one would defeat idempotent consumers. */
  readonly id: string;
  readonly namespace: string;
  readonly operation: string;
  readonly timestamp: string;
  readonly source: 'needlestack';
  readonly metadata: {
    readonly bucket: string;
    /** Not escaped. */
    readonly key: string;
    readonly size?: number;
    readonly eTag?: string;
    readonly versionId?: string;
    readonly sequencer: string;
    readonly principalId: string;
    readonly eventVersion: string;
    /** Decimal; shows gaps, which a sequencer cannot since it orders one key only. */
    readonly seq: string;
  };
  readonly payload: EventRecord;
}

export interface EnvelopeRoute {
  readonly namespace: string;
  readonly operation: string;
}

const OBJECT = 'storage.object';
const BUCKET = 'storage.bucket';

const ROUTES: Readonly<Record<Exclude<EventName, 'ReducedRedundancyLostObject'>, EnvelopeRoute>> = {
  'ObjectCreated:Put': { namespace: OBJECT, operation: 'created.put' },
  'ObjectCreated:Post': { namespace: OBJECT, operation: 'created.post' },
  'ObjectCreated:Copy': { namespace: OBJECT, operation: 'created.copy' },
  'ObjectCreated:CompleteMultipartUpload': { namespace: OBJECT, operation: 'created.multipart-complete' },
  'ObjectCreated:PutRetention': { namespace: OBJECT, operation: 'updated.retention' },
  'ObjectCreated:PutLegalHold': { namespace: OBJECT, operation: 'updated.legal-hold' },
  'ObjectRemoved:Delete': { namespace: OBJECT, operation: 'removed.delete' },
  'ObjectRemoved:DeleteMarkerCreated': { namespace: OBJECT, operation: 'removed.delete-marker-created' },
  'ObjectRemoved:DeleteAllVersions': { namespace: OBJECT, operation: 'removed.delete-all-versions' },
  'ObjectRemoved:NoOP': { namespace: OBJECT, operation: 'removed.no-op' },
  'ObjectAccessed:Get': { namespace: OBJECT, operation: 'accessed.get' },
  'ObjectAccessed:Head': { namespace: OBJECT, operation: 'accessed.head' },
  'ObjectAccessed:GetRetention': { namespace: OBJECT, operation: 'accessed.get-retention' },
  'ObjectAccessed:GetLegalHold': { namespace: OBJECT, operation: 'accessed.get-legal-hold' },
  'ObjectAccessed:Attributes': { namespace: OBJECT, operation: 'accessed.attributes' },
  'ObjectTagging:Put': { namespace: OBJECT, operation: 'tagging.put' },
  'ObjectTagging:Delete': { namespace: OBJECT, operation: 'tagging.delete' },
  'ObjectAcl:Put': { namespace: OBJECT, operation: 'acl.put' },
  'ObjectRestore:Post': { namespace: OBJECT, operation: 'restore.post' },
  'ObjectRestore:Completed': { namespace: OBJECT, operation: 'restore.completed' },
  'ObjectRestore:Delete': { namespace: OBJECT, operation: 'restore.delete' },
  'Replication:OperationFailedReplication': { namespace: OBJECT, operation: 'replication.failed' },
  'Replication:OperationCompletedReplication': { namespace: OBJECT, operation: 'replication.completed' },
  'Replication:OperationMissedThreshold': { namespace: OBJECT, operation: 'replication.missed-threshold' },
  'Replication:OperationReplicatedAfterThreshold': {
    namespace: OBJECT,
    operation: 'replication.replicated-after-threshold',
  },
  'Replication:OperationNotTracked': { namespace: OBJECT, operation: 'replication.not-tracked' },
  'LifecycleExpiration:Delete': { namespace: OBJECT, operation: 'expired.delete' },
  'LifecycleExpiration:DeleteMarkerCreated': { namespace: OBJECT, operation: 'expired.delete-marker-created' },
  'LifecycleDelMarkerExpiration:Delete': { namespace: OBJECT, operation: 'expired.delete-marker-removed' },
  LifecycleTransition: { namespace: OBJECT, operation: 'transition.lifecycle' },
  'ObjectTransition:Failed': { namespace: OBJECT, operation: 'transition.failed' },
  'ObjectTransition:Complete': { namespace: OBJECT, operation: 'transition.complete' },
  IntelligentTiering: { namespace: OBJECT, operation: 'transition.tier' },
  'Scanner:ManyVersions': { namespace: BUCKET, operation: 'scanner.many-versions' },
  'Scanner:LargeVersions': { namespace: BUCKET, operation: 'scanner.large-versions' },
  'Scanner:BigPrefix': { namespace: BUCKET, operation: 'scanner.big-prefix' },
  'BucketCreated:*': { namespace: BUCKET, operation: 'created' },
  'BucketRemoved:*': { namespace: BUCKET, operation: 'removed' },
};

/** @param eventName without `s3:`. A name outside the table keeps its words, lower-cased and dotted. */
export function routeEvent(eventName: string): EnvelopeRoute {
  if (isEventName(eventName) && eventName !== 'ReducedRedundancyLostObject') return ROUTES[eventName];
  return { namespace: 'storage.unknown', operation: eventName.toLowerCase().replaceAll(':', '.') };
}

export function buildEventEnvelope(event: ObjectEvent, record: EventRecord): EventEnvelope {
  const { size, eTag, versionId } = record.s3.object;
  return {
    id: makeEventId(event),
    ...routeEvent(event.eventName),
    timestamp: record.eventTime,
    source: 'needlestack',
    metadata: {
      bucket: event.bucket,
      key: event.key,
      ...(size !== undefined && { size }),
      ...(eTag !== undefined && { eTag }),
      ...(versionId !== undefined && { versionId }),
      sequencer: formatSequencer(event.seq),
      principalId: event.principalId,
      eventVersion: eventVersionOf(event.eventName),
      seq: event.seq.toString(),
    },
    payload: record,
  };
}
