import type * as wire from '@needlestack/rpc/wire/needlestack-catalog';
import type {
  CommittedObject,
  DeleteCondition,
  DeletedObject,
  DeleteOutcome,
  EventContext,
  ListedVersion,
  ListObjectsPage,
  ListObjectVersionsPage,
  ReadCondition,
  SharedChunks,
  WriteCondition,
} from '../object-requests.ts';
import type { ListedObject } from '../object-version.ts';
import { CHECKSUM_ALGORITHM_NAMES, CHECKSUM_TYPES, optionalOneOf, requireMessage } from './closed-sets.ts';
import { definedFields } from './defined-fields.ts';
import { chunkFromWire, chunkToWire, restoreFromWire, restoreToWire } from './version-wire.ts';

export function eventToWire(event: EventContext): wire.EventContextInit {
  return {
    event_name: event.eventName,
    request_id: event.requestId,
    principal_id: event.principalId,
    source_ip_address: event.sourceIpAddress,
    user_agent: event.userAgent,
  };
}

export function eventFromWire(message: wire.EventContext | null): EventContext {
  const event = requireMessage('event', message);
  return {
    eventName: event.event_name,
    requestId: event.request_id,
    principalId: event.principal_id,
    sourceIpAddress: event.source_ip_address,
    userAgent: event.user_agent,
  };
}

export function writeConditionToWire(condition: WriteCondition | undefined): wire.WriteConditionInit | undefined {
  if (condition === undefined) return undefined;
  return {
    if_none_match: condition.ifNoneMatch,
    if_match: condition.ifMatch,
    held_before: condition.heldBefore,
  };
}

export function writeConditionFromWire(condition: wire.WriteCondition | null): WriteCondition | undefined {
  if (condition === null) return undefined;
  return definedFields({
    ifNoneMatch: condition.if_none_match,
    ifMatch: condition.if_match,
    heldBefore: condition.held_before ? true : undefined,
  });
}

export function readConditionToWire(condition: ReadCondition | undefined): wire.ReadConditionInit | undefined {
  if (condition === undefined) return undefined;
  return {
    if_match: condition.ifMatch,
    if_none_match: condition.ifNoneMatch,
    if_modified_since_ms: condition.ifModifiedSinceMs,
    if_unmodified_since_ms: condition.ifUnmodifiedSinceMs,
  };
}

export function readConditionFromWire(condition: wire.ReadCondition | null): ReadCondition | undefined {
  if (condition === null) return undefined;
  const { if_modified_since_ms: modifiedMs, if_unmodified_since_ms: unmodifiedMs } = condition;
  return definedFields({
    ifMatch: condition.if_match,
    ifNoneMatch: condition.if_none_match,
    ifModifiedSinceMs: modifiedMs === undefined ? undefined : Number(modifiedMs),
    ifUnmodifiedSinceMs: unmodifiedMs === undefined ? undefined : Number(unmodifiedMs),
  });
}

export function sharedToWire(shared: SharedChunks | undefined): wire.SharedChunksInit | undefined {
  if (shared === undefined) return undefined;
  const { bucket, key, versionId, chunks } = shared;
  return { bucket, key, version_id: versionId, chunks: chunks.map(chunkToWire) };
}

export function sharedFromWire(shared: wire.SharedChunks | null): SharedChunks | undefined {
  if (shared === null) return undefined;
  const { bucket, key, version_id: versionId, chunks } = shared;
  return { bucket, key, versionId, chunks: chunks.map(chunkFromWire) };
}

export function deleteConditionToWire(condition: DeleteCondition | undefined): wire.DeleteConditionInit | undefined {
  if (condition === undefined) return undefined;
  return {
    if_match: condition.ifMatch,
    if_match_size_bytes: condition.ifMatchSizeBytes,
    if_match_last_modified_ms: condition.ifMatchLastModifiedMs,
    if_unchanged:
      condition.ifUnchanged === undefined
        ? undefined
        : { version_id: condition.ifUnchanged.versionId, last_modified_ms: condition.ifUnchanged.lastModifiedMs },
    if_noncurrent: condition.ifNoncurrent,
    if_only_version: condition.ifOnlyVersion,
  };
}

export function deleteConditionFromWire(condition: wire.DeleteCondition | null): DeleteCondition | undefined {
  if (condition === null) return undefined;
  const { if_match_size_bytes: sizeBytes, if_match_last_modified_ms: lastModifiedMs, if_unchanged: same } = condition;
  return definedFields({
    ifMatch: condition.if_match,
    ifMatchSizeBytes: sizeBytes === undefined ? undefined : Number(sizeBytes),
    ifMatchLastModifiedMs: lastModifiedMs === undefined ? undefined : Number(lastModifiedMs),
    ifUnchanged:
      same === null ? undefined : { versionId: same.version_id, lastModifiedMs: Number(same.last_modified_ms) },
    ifNoncurrent: condition.if_noncurrent ? true : undefined,
    ifOnlyVersion: condition.if_only_version ? true : undefined,
  });
}

export function committedToWire(committed: CommittedObject): wire.CommittedObjectInit {
  return { version_id: committed.versionId, last_modified_ms: committed.lastModifiedMs };
}

export function committedFromWire(message: wire.CommittedObject | null): CommittedObject {
  const committed = requireMessage('committed', message);
  return { versionId: committed.version_id, lastModifiedMs: Number(committed.last_modified_ms) };
}

export function deletedToWire(deleted: DeletedObject): wire.DeletedObjectInit {
  return { existed: deleted.existed, version_id: deleted.versionId, is_delete_marker: deleted.isDeleteMarker };
}

export function deletedFromWire(deleted: wire.DeletedObject): DeletedObject {
  return definedFields({
    existed: deleted.existed,
    versionId: deleted.version_id,
    isDeleteMarker: deleted.is_delete_marker,
  });
}

export function outcomeToWire(outcome: DeleteOutcome): wire.DeleteOutcomeInit {
  if (outcome.ok) return { deleted: deletedToWire(outcome) };
  return { failure: { code: outcome.code, message: outcome.message } };
}

export function outcomeFromWire(outcome: wire.DeleteOutcome): DeleteOutcome {
  if (outcome.deleted !== null) return { ok: true, ...deletedFromWire(outcome.deleted) };
  const { code, message } = requireMessage('outcome', outcome.failure);
  return { ok: false, code, message };
}

function listedToWire(listed: ListedObject): wire.ListedObjectInit {
  return {
    key: listed.key,
    size_bytes: listed.sizeBytes,
    etag: listed.etag,
    last_modified_ms: listed.lastModifiedMs,
    storage_class: listed.storageClass,
    owner_id: listed.ownerId,
    checksum_algorithm: listed.checksumAlgorithm,
    checksum_type: listed.checksumType,
    tags: listed.tags === undefined ? undefined : { values: listed.tags },
    restore: listed.restore === undefined ? undefined : restoreToWire(listed.restore),
  };
}

function listedFromWire(listed: wire.ListedObject): ListedObject {
  return definedFields({
    key: listed.key,
    sizeBytes: Number(listed.size_bytes),
    etag: listed.etag,
    lastModifiedMs: Number(listed.last_modified_ms),
    storageClass: listed.storage_class,
    ownerId: listed.owner_id,
    checksumAlgorithm: optionalOneOf('checksum algorithm', listed.checksum_algorithm, CHECKSUM_ALGORITHM_NAMES),
    checksumType: optionalOneOf('checksum type', listed.checksum_type, CHECKSUM_TYPES),
    tags: listed.tags?.values,
    restore: restoreFromWire(listed.restore),
  });
}

export function listPageToWire(page: ListObjectsPage): wire.ListObjectsResponseInit {
  return {
    objects: page.objects.map(listedToWire),
    common_prefixes: page.commonPrefixes,
    is_truncated: page.isTruncated,
    next_start_after: page.nextStartAfter,
    next_is_prefix: page.nextIsPrefix,
  };
}

export function listPageFromWire(page: wire.ListObjectsResponse): ListObjectsPage {
  return definedFields({
    objects: page.objects.map(listedFromWire),
    commonPrefixes: page.common_prefixes,
    isTruncated: page.is_truncated,
    nextStartAfter: page.next_start_after,
    nextIsPrefix: page.next_is_prefix,
  });
}

function listedVersionFromWire(version: wire.ListedVersion): ListedVersion {
  return {
    ...listedFromWire(requireMessage('listed', version.listed)),
    versionId: version.version_id,
    isLatest: version.is_latest,
    isDeleteMarker: version.is_delete_marker,
  };
}

export function versionsPageToWire(page: ListObjectVersionsPage): wire.ListObjectVersionsResponseInit {
  return {
    versions: page.versions.map((version) => ({
      listed: listedToWire(version),
      version_id: version.versionId,
      is_latest: version.isLatest,
      is_delete_marker: version.isDeleteMarker,
    })),
    common_prefixes: page.commonPrefixes,
    is_truncated: page.isTruncated,
    next_key_marker: page.nextKeyMarker,
    next_version_id_marker: page.nextVersionIdMarker,
  };
}

export function versionsPageFromWire(page: wire.ListObjectVersionsResponse): ListObjectVersionsPage {
  return definedFields({
    versions: page.versions.map(listedVersionFromWire),
    commonPrefixes: page.common_prefixes,
    isTruncated: page.is_truncated,
    nextKeyMarker: page.next_key_marker,
    nextVersionIdMarker: page.next_version_id_marker,
  });
}
