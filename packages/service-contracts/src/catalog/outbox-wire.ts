import type * as wire from '@needlestack/rpc/wire/needlestack-catalog';
import type { GarbageEntry, OutboxRow } from '../catalog-api.ts';
import { requireMessage } from './closed-sets.ts';
import { definedFields } from './defined-fields.ts';
import { eventFromWire, eventToWire } from './object-wire.ts';
import { chunkFromWire, chunkToWire } from './version-wire.ts';

export function outboxRowToWire({ seq, atMs, bucket, change }: OutboxRow): wire.OutboxRowInit {
  const row = { seq, at_ms: atMs, bucket };
  if (change.kind === 'rules') return { ...row, rules: { configuration: change.configuration } };
  return {
    ...row,
    object: {
      event: eventToWire(change.event),
      key: change.key,
      version_id: change.versionId,
      size_bytes: change.sizeBytes,
      etag: change.etag,
      content_type: change.contentType,
      user_metadata: change.userMetadata,
      bucket_owner_id: change.bucketOwnerId,
    },
  };
}

export function outboxRowFromWire(row: wire.OutboxRow): OutboxRow {
  const head = { seq: BigInt(row.seq), atMs: Number(row.at_ms), bucket: row.bucket };
  if (row.rules !== undefined)
    return { ...head, change: definedFields({ kind: 'rules' as const, configuration: row.rules.configuration }) };
  const object = requireMessage('change', row.object);
  return {
    ...head,
    change: {
      kind: 'object',
      event: eventFromWire(object.event),
      key: object.key,
      versionId: object.version_id,
      sizeBytes: Number(object.size_bytes),
      etag: object.etag,
      contentType: object.content_type,
      userMetadata: object.user_metadata,
      bucketOwnerId: object.bucket_owner_id,
    },
  };
}

export function garbageToWire({ garbageId, sinceMs, chunks }: GarbageEntry): wire.GarbageEntryInit {
  return { garbage_id: garbageId, since_ms: sinceMs, chunks: chunks.map(chunkToWire) };
}

export function garbageFromWire(entry: wire.GarbageEntry): GarbageEntry {
  return { garbageId: entry.garbage_id, sinceMs: Number(entry.since_ms), chunks: entry.chunks.map(chunkFromWire) };
}
