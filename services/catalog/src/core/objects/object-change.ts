import type { EventContext, NewObjectVersion, ObjectVersion, OutboxRow } from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { NULL_VERSION_ID } from '../codec/version-id.ts';

/** Stands for an object that is not there. */
export const NO_VERSION: ObjectVersion = {
  versionId: NULL_VERSION_ID,
  isDeleteMarker: false,
  lastModifiedMs: 0,
  sizeBytes: 0,
  etag: '',
  ownerId: '',
  systemHeaders: {},
  userMetadata: {},
  chunks: [],
};

/** What the outbox says of a version that came, went or changed. */
export function describeObjectChange(
  bucket: StoredBucket,
  key: string,
  version: Pick<NewObjectVersion, 'sizeBytes' | 'etag' | 'systemHeaders' | 'userMetadata'> & {
    readonly versionId: string;
  },
  event: EventContext,
): Pick<OutboxRow, 'bucket' | 'change'> {
  return {
    bucket: bucket.name,
    change: {
      kind: 'object',
      event,
      key,
      versionId: version.versionId,
      sizeBytes: version.sizeBytes,
      etag: version.etag,
      contentType: version.systemHeaders['content-type'] ?? '',
      userMetadata: version.userMetadata,
      bucketOwnerId: bucket.ownerId,
    },
  };
}
