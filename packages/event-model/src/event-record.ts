/** The S3 event record, the form in which nearly every consumer reads an event. */
import { EVENT_NAME_PREFIX, eventVersionOf, isRemovalEvent } from './event-names.ts';
import type { EventDetails, ObjectEvent } from './object-event.ts';
import { encodeObjectKey } from './object-key-encoding.ts';
import { formatSequencer } from './sequencer.ts';
import { stripInternalMetadata } from './strip-metadata.ts';

export interface EventRecord {
  readonly eventVersion: string;
  readonly eventSource: string;
  readonly awsRegion: string;
  /** UTC with milliseconds and `Z`. */
  readonly eventTime: string;
  readonly eventName: string;
  readonly userIdentity: { readonly principalId: string };
  readonly requestParameters: {
    readonly sourceIPAddress: string;
    readonly principalId: string;
    readonly region: string;
  };
  readonly responseElements: { readonly 'x-amz-request-id': string; readonly 'x-amz-id-2': string };
  readonly s3: {
    readonly s3SchemaVersion: '1.0';
    /** Id of the first rule that matched. */
    readonly configurationId: string;
    readonly bucket: {
      readonly name: string;
      readonly ownerIdentity: { readonly principalId: string };
      readonly arn: string;
    };
    readonly object: RecordedObject;
  };
  readonly glacierEventData?: {
    readonly restoreEventData: {
      readonly lifecycleRestorationExpiryTime: string;
      readonly lifecycleRestoreStorageClass: string;
    };
  };
  readonly replicationEventData?: {
    readonly replicationRuleId: string;
    readonly destinationBucket: string;
    readonly s3Operation: string;
    readonly requestTime: string;
    readonly failureReason?: string;
    readonly threshold?: string;
  };
  readonly lifecycleEventData?: { readonly transitionEventData: { readonly destinationStorageClass: string } };
  readonly intelligentTieringEventData?: { readonly destinationAccessTier: string };
  readonly source: { readonly host: string; readonly port: string; readonly userAgent: string };
}

export interface RecordedObject {
  /** Form-encoded, slash kept. */
  readonly key: string;
  /** These four are absent on removal. */
  readonly size?: number;
  readonly eTag?: string;
  readonly contentType?: string;
  readonly userMetadata?: Readonly<Record<string, string>>;
  /** Absent when unversioned, never empty. */
  readonly versionId?: string;
  readonly sequencer: string;
}

/** What a record says about the store rather than about the event. */
export interface RecordOrigin {
  readonly region: string;
  /** `needlestack:s3`, or `aws:s3` for consumers that insist on it. */
  readonly eventSource: string;
  /** Value of `x-amz-id-2`. */
  readonly hostId: string;
}

export function buildEventRecord(event: ObjectEvent, configurationId: string, origin: RecordOrigin): EventRecord {
  return {
    eventVersion: eventVersionOf(event.eventName),
    eventSource: origin.eventSource,
    awsRegion: origin.region,
    eventTime: new Date(event.atMs).toISOString(),
    eventName: EVENT_NAME_PREFIX + event.eventName,
    userIdentity: { principalId: event.principalId },
    requestParameters: {
      sourceIPAddress: event.sourceIpAddress,
      principalId: event.principalId,
      region: origin.region,
    },
    responseElements: { 'x-amz-request-id': event.requestId, 'x-amz-id-2': origin.hostId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId,
      bucket: {
        name: event.bucket,
        ownerIdentity: { principalId: event.bucketOwnerId },
        arn: `arn:aws:s3:::${event.bucket}`,
      },
      object: recordObject(event),
    },
    ...recordDetails(event.details),
    // The client's port is not kept; readers expect the field, so it is empty text.
    source: { host: event.sourceIpAddress, port: '', userAgent: event.userAgent },
  };
}

function recordObject(event: ObjectEvent): RecordedObject {
  const version = event.versionId === '' ? {} : { versionId: event.versionId };
  const place = { ...version, sequencer: formatSequencer(event.seq) };
  const key = encodeObjectKey(event.key);
  if (isRemovalEvent(event.eventName)) return { key, ...place };
  return {
    key,
    size: event.sizeBytes,
    eTag: event.etag,
    contentType: event.contentType,
    userMetadata: stripInternalMetadata(event.userMetadata),
    ...place,
  };
}

type RecordedDetails = Pick<
  EventRecord,
  'glacierEventData' | 'replicationEventData' | 'lifecycleEventData' | 'intelligentTieringEventData'
>;

function recordDetails(details: EventDetails | undefined): RecordedDetails {
  if (details === undefined) return {};
  const { restore, replication, transition, tiering } = details;
  return {
    ...(restore && {
      glacierEventData: {
        restoreEventData: {
          lifecycleRestorationExpiryTime: new Date(restore.expiresAtMs).toISOString(),
          lifecycleRestoreStorageClass: restore.storageClass,
        },
      },
    }),
    ...(replication && {
      replicationEventData: {
        replicationRuleId: replication.ruleId,
        destinationBucket: replication.destinationBucket,
        s3Operation: replication.s3Operation,
        requestTime: new Date(replication.requestedAtMs).toISOString(),
        ...(replication.failureReason !== undefined && { failureReason: replication.failureReason }),
        ...(replication.threshold !== undefined && { threshold: replication.threshold }),
      },
    }),
    ...(transition && {
      lifecycleEventData: { transitionEventData: { destinationStorageClass: transition.destinationStorageClass } },
    }),
    ...(tiering && { intelligentTieringEventData: { destinationAccessTier: tiering.destinationAccessTier } }),
  };
}
