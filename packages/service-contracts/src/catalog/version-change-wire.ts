import { RpcError } from '@needlestack/rpc';
import type * as wire from '@needlestack/rpc/wire/needlestack-catalog';
import type { ReadCondition, RenameObjectRequest, UpdateVersionRequest, VersionChange } from '../object-requests.ts';
import { LOCK_MODES, requireMessage, requireOneOf } from './closed-sets.ts';
import { definedFields } from './defined-fields.ts';
import {
  eventFromWire,
  eventToWire,
  readConditionFromWire,
  readConditionToWire,
  writeConditionFromWire,
  writeConditionToWire,
} from './object-wire.ts';
import { encryptionFromWire, encryptionToWire, restoreFromWire, restoreToWire } from './version-wire.ts';

type ChangeInit = Pick<
  wire.UpdateVersionRequestInit,
  'tags' | 'retention' | 'legal_hold' | 'acl' | 'encryption' | 'restore'
>;

function changeToWire(change: VersionChange): ChangeInit {
  switch (change.kind) {
    case 'tags':
      return { tags: { values: change.tags } };
    case 'retention': {
      const { retention, bypassGovernance } = change;
      const set =
        retention === undefined ? undefined : { mode: retention.mode, retain_until_ms: retention.retainUntilMs };
      return { retention: { retention: set, bypass_governance: bypassGovernance } };
    }
    case 'legal-hold':
      return { legal_hold: { is_on: change.isOn } };
    case 'acl':
      return { acl: { acl: change.acl } };
    case 'encryption':
      return {
        encryption: { former_envelope: change.formerEnvelope, encryption: encryptionToWire(change.encryption) },
      };
    case 'restore': {
      const { restore } = change;
      const set = restore === undefined ? undefined : restoreToWire(restore);
      return { restore: { restore: set, was_ongoing: change.wasOngoing } };
    }
  }
}

function changeFromWire(request: wire.UpdateVersionRequest): VersionChange {
  const { tags, retention, legal_hold: hold, acl, encryption, restore } = request;
  if (tags !== undefined) return { kind: 'tags', tags: tags.values };
  if (retention !== undefined) return retentionChangeFromWire(retention);
  if (hold !== undefined) return { kind: 'legal-hold', isOn: hold.is_on };
  if (acl !== undefined) return definedFields({ kind: 'acl' as const, acl: acl.acl });
  if (encryption !== undefined)
    return {
      kind: 'encryption',
      formerEnvelope: encryption.former_envelope,
      encryption: requireMessage('encryption', encryptionFromWire(encryption.encryption)),
    };
  if (restore === undefined) throw new RpcError('invalid-argument', 'change is missing');
  return definedFields({
    kind: 'restore' as const,
    restore: restoreFromWire(restore.restore),
    wasOngoing: restore.was_ongoing,
  });
}

function retentionChangeFromWire(change: wire.RetentionChange): VersionChange {
  const set = change.retention;
  return definedFields({
    kind: 'retention' as const,
    retention:
      set === null
        ? undefined
        : { mode: requireOneOf('lock mode', set.mode, LOCK_MODES), retainUntilMs: Number(set.retain_until_ms) },
    bypassGovernance: change.bypass_governance,
  });
}

export function updateVersionToWire(request: UpdateVersionRequest): wire.UpdateVersionRequestInit {
  return {
    bucket: request.bucket,
    key: request.key,
    version_id: request.versionId,
    if_match: request.ifMatch,
    event: eventToWire(request.event),
    ...changeToWire(request.change),
  };
}

export function updateVersionFromWire(request: wire.UpdateVersionRequest): UpdateVersionRequest {
  return definedFields({
    bucket: request.bucket,
    key: request.key,
    versionId: request.version_id,
    ifMatch: request.if_match,
    change: changeFromWire(request),
    event: eventFromWire(request.event),
  });
}

export function renameObjectToWire(request: RenameObjectRequest): wire.RenameObjectRequestInit {
  return {
    bucket: request.bucket,
    source_key: request.sourceKey,
    key: request.key,
    source_condition: readConditionToWire(request.sourceCondition),
    condition: writeConditionToWire(request.condition),
    condition_times: readConditionToWire(
      request.condition === undefined
        ? undefined
        : definedFields({
            ifModifiedSinceMs: request.condition.ifModifiedSinceMs,
            ifUnmodifiedSinceMs: request.condition.ifUnmodifiedSinceMs,
          }),
    ),
    event: eventToWire(request.event),
  };
}

const timesOf = (times: ReadCondition | undefined) => ({
  ifModifiedSinceMs: times?.ifModifiedSinceMs,
  ifUnmodifiedSinceMs: times?.ifUnmodifiedSinceMs,
});

export function renameObjectFromWire(request: wire.RenameObjectRequest): RenameObjectRequest {
  const condition = writeConditionFromWire(request.condition);
  const times = readConditionFromWire(request.condition_times);
  return definedFields({
    bucket: request.bucket,
    sourceKey: request.source_key,
    key: request.key,
    sourceCondition: readConditionFromWire(request.source_condition),
    condition: condition === undefined ? undefined : definedFields({ ...condition, ...timesOf(times) }),
    event: eventFromWire(request.event),
  });
}
