import type * as wire from '@needlestack/rpc/wire/needlestack-catalog';
import type {
  CommittedObject,
  DeleteCondition,
  DeletedObject,
  DeleteOutcome,
  EventContext,
  ListObjectsPage,
  WriteCondition,
} from '../catalog-api.ts';
import type { ListedObject } from '../object-version.ts';
import { CHECKSUM_ALGORITHM_NAMES, CHECKSUM_TYPES, optionalOneOf, requireMessage } from './closed-sets.ts';
import { definedFields } from './defined-fields.ts';

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
  return { if_none_match_any: condition.ifNoneMatch !== undefined, if_match: condition.ifMatch };
}

export function writeConditionFromWire(condition: wire.WriteCondition | null): WriteCondition | undefined {
  if (condition === null) return undefined;
  return definedFields({
    ifNoneMatch: condition.if_none_match_any ? ('*' as const) : undefined,
    ifMatch: condition.if_match,
  });
}

export function deleteConditionToWire(condition: DeleteCondition | undefined): wire.DeleteConditionInit | undefined {
  if (condition === undefined) return undefined;
  return {
    if_match: condition.ifMatch,
    if_match_size_bytes: condition.ifMatchSizeBytes,
    if_match_last_modified_ms: condition.ifMatchLastModifiedMs,
  };
}

export function deleteConditionFromWire(condition: wire.DeleteCondition | null): DeleteCondition | undefined {
  if (condition === null) return undefined;
  const { if_match_size_bytes: sizeBytes, if_match_last_modified_ms: lastModifiedMs } = condition;
  return definedFields({
    ifMatch: condition.if_match,
    ifMatchSizeBytes: sizeBytes === undefined ? undefined : Number(sizeBytes),
    ifMatchLastModifiedMs: lastModifiedMs === undefined ? undefined : Number(lastModifiedMs),
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
