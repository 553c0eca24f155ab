import type { EventContext, NewObjectVersion, OutboxRow } from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';

/** What the outbox says of a version that came or went. */
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
