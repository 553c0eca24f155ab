import type * as wire from '@needlestack/rpc/wire/needlestack-catalog';
import type { CreateUploadRequest } from '../catalog-api.ts';
import type { Chunk } from '../chunk.ts';
import type {
  CompletedPart,
  NewObjectVersion,
  ObjectChecksum,
  ObjectEncryption,
  ObjectLock,
  ObjectVersion,
  RestoreState,
} from '../object-version.ts';
import {
  CHECKSUM_ALGORITHM_NAMES,
  CHECKSUM_TYPES,
  ENCRYPTION_SCHEMES,
  LOCK_MODES,
  optionalOneOf,
  requireMessage,
  requireOneOf,
} from './closed-sets.ts';
import { definedFields } from './defined-fields.ts';

type Template = CreateUploadRequest['template'];

export function chunkToWire(chunk: Chunk): wire.ChunkInit {
  return {
    volume_id: chunk.volumeId,
    needle_key: chunk.needleKey,
    cookie: chunk.cookie,
    size_bytes: chunk.sizeBytes,
    crc32c: chunk.crc32c,
  };
}

export function chunkFromWire(chunk: wire.Chunk): Chunk {
  return {
    volumeId: chunk.volume_id,
    needleKey: BigInt(chunk.needle_key),
    cookie: chunk.cookie,
    sizeBytes: chunk.size_bytes,
    crc32c: chunk.crc32c,
  };
}

export function checksumFromWire(checksum: wire.Checksum | null): ObjectChecksum | undefined {
  if (checksum === null) return undefined;
  return {
    algorithm: requireOneOf('checksum algorithm', checksum.algorithm, CHECKSUM_ALGORITHM_NAMES),
    type: requireOneOf('checksum type', checksum.type, CHECKSUM_TYPES),
    value: checksum.value,
  };
}

export function completedPartToWire(part: CompletedPart): wire.CompletedPartInit {
  return { part_number: part.partNumber, size_bytes: part.sizeBytes, checksum: part.checksum };
}

export function completedPartFromWire(part: wire.CompletedPart): CompletedPart {
  return definedFields({
    partNumber: part.part_number,
    sizeBytes: Number(part.size_bytes),
    checksum: part.checksum,
  });
}

function lockToWire(lock: ObjectLock): wire.ObjectLockInit {
  return { mode: lock.mode, retain_until_ms: lock.retainUntilMs, legal_hold: lock.legalHold };
}

function lockFromWire(lock: wire.ObjectLock | null): ObjectLock | undefined {
  if (lock === null) return undefined;
  return definedFields({
    mode: optionalOneOf('lock mode', lock.mode, LOCK_MODES),
    retainUntilMs: lock.retain_until_ms === undefined ? undefined : Number(lock.retain_until_ms),
    legalHold: lock.legal_hold,
  });
}

export function restoreToWire(restore: RestoreState): wire.RestoreStateInit {
  return { is_ongoing: restore.isOngoing, expires_at_ms: restore.expiresAtMs };
}

export function restoreFromWire(restore: wire.RestoreState | null): RestoreState | undefined {
  if (restore === null) return undefined;
  const { expires_at_ms: expiresAtMs } = restore;
  return definedFields({
    isOngoing: restore.is_ongoing,
    expiresAtMs: expiresAtMs === undefined ? undefined : Number(expiresAtMs),
  });
}

export function encryptionToWire(encryption: ObjectEncryption): wire.ObjectEncryptionInit {
  return { scheme: encryption.scheme, key_id: encryption.keyId, envelope: encryption.envelope };
}

export function encryptionFromWire(encryption: wire.ObjectEncryption | null): ObjectEncryption | undefined {
  if (encryption === null) return undefined;
  return definedFields({
    scheme: requireOneOf('encryption scheme', encryption.scheme, ENCRYPTION_SCHEMES),
    keyId: encryption.key_id,
    envelope: encryption.envelope,
  });
}

export function attributesToWire(attributes: Template): wire.VersionAttributesInit {
  const { tags, lock, encryption } = attributes;
  return {
    system_headers: attributes.systemHeaders,
    user_metadata: attributes.userMetadata,
    storage_class: attributes.storageClass,
    tags: tags === undefined ? undefined : { values: tags },
    lock: lock === undefined ? undefined : lockToWire(lock),
    encryption: encryption === undefined ? undefined : encryptionToWire(encryption),
    owner_id: attributes.ownerId,
    acl: attributes.acl,
  };
}

export function attributesFromWire(message: wire.VersionAttributes | null): Template {
  const attributes = requireMessage('attributes', message);
  return definedFields({
    systemHeaders: attributes.system_headers,
    userMetadata: attributes.user_metadata,
    storageClass: attributes.storage_class,
    tags: attributes.tags?.values,
    lock: lockFromWire(attributes.lock),
    encryption: encryptionFromWire(attributes.encryption),
    ownerId: attributes.owner_id,
    acl: attributes.acl,
  });
}

export function newVersionToWire(version: NewObjectVersion): wire.NewVersionInit {
  const { remoteTier } = version;
  return {
    attributes: attributesToWire(version),
    size_bytes: version.sizeBytes,
    etag: version.etag,
    chunks: version.chunks.map(chunkToWire),
    inline_data: version.inlineData,
    checksum: version.checksum,
    parts: version.parts?.map(completedPartToWire),
    remote_tier:
      remoteTier === undefined
        ? undefined
        : {
            tier: remoteTier.tier,
            remote_key: remoteTier.remoteKey,
            remote_version_id: remoteTier.remoteVersionId,
          },
  };
}

export function newVersionFromWire(message: wire.NewVersion | null): NewObjectVersion {
  const version = requireMessage('version', message);
  const tier = version.remote_tier;
  return definedFields({
    ...attributesFromWire(version.attributes),
    sizeBytes: Number(version.size_bytes),
    etag: version.etag,
    chunks: version.chunks.map(chunkFromWire),
    inlineData: version.inline_data,
    checksum: checksumFromWire(version.checksum),
    parts: version.parts.length === 0 ? undefined : version.parts.map(completedPartFromWire),
    remoteTier:
      tier === null
        ? undefined
        : definedFields({ tier: tier.tier, remoteKey: tier.remote_key, remoteVersionId: tier.remote_version_id }),
  });
}

export function versionToWire(version: ObjectVersion): wire.ObjectVersionInit {
  return {
    version: newVersionToWire(version),
    version_id: version.versionId,
    is_delete_marker: version.isDeleteMarker,
    last_modified_ms: version.lastModifiedMs,
    restore: version.restore === undefined ? undefined : restoreToWire(version.restore),
  };
}

export function versionFromWire(message: wire.ObjectVersion): ObjectVersion {
  return definedFields({
    ...newVersionFromWire(message.version),
    versionId: message.version_id,
    isDeleteMarker: message.is_delete_marker,
    lastModifiedMs: Number(message.last_modified_ms),
    restore: restoreFromWire(message.restore),
  });
}
