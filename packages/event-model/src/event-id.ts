/** Stable identity of an event: the same row gives the same id however often it is read, so that a repeat is harmless. */
import { hash } from 'node:crypto';

/** Namespace of our name-based UUIDs (RFC 9562 section 5.5). Never to be changed: ids would change with it. */
const NAMESPACE = Buffer.from('6f1d2c8a40b74f0e9a55e1c3b7d86a24', 'hex');

export interface EventIdParts {
  readonly bucket: string;
  readonly key: string;
  /** Empty when unversioned. */
  readonly versionId: string;
  /** Without `s3:`. */
  readonly eventName: string;
  readonly seq: bigint;
}

/** UUIDv5 in lower case. */
export function makeEventId(parts: EventIdParts): string {
  // The key comes last: it alone may hold any character, so no two different events share a name.
  const name = `${parts.bucket}\0${parts.versionId}\0${parts.eventName}\0${parts.seq}\0${parts.key}`;
  const digest = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name)]), 'buffer');
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
