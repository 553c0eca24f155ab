import type { ObjectEvent } from '@needlestack/event-model';
import type { OutboxRow } from '@needlestack/service-contracts';

/** How the catalog names the only version of an object in a bucket without versioning. */
const UNVERSIONED = 'null';
const USER_METADATA_PREFIX = 'x-amz-meta-';

/** The event of an outbox row; undefined for a row that is about something else. */
export function rowToEvent(row: OutboxRow): ObjectEvent | undefined {
  const { change } = row;
  if (change.kind !== 'object') return undefined;
  return {
    seq: row.seq,
    atMs: row.atMs,
    eventName: change.event.eventName,
    bucket: row.bucket,
    key: change.key,
    versionId: change.versionId === UNVERSIONED ? '' : change.versionId,
    sizeBytes: change.sizeBytes,
    etag: change.etag,
    contentType: change.contentType,
    userMetadata: nameAsHeaders(change.userMetadata),
    bucketOwnerId: change.bucketOwnerId,
    principalId: change.event.principalId,
    sourceIpAddress: change.event.sourceIpAddress,
    requestId: change.event.requestId,
    userAgent: change.event.userAgent,
  };
}

function nameAsHeaders(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(metadata)) headers[USER_METADATA_PREFIX + name] = value;
  return headers;
}
