import type { TimeToLive } from './time-to-live.ts';

/**
 * One stored blob and what is stored beside it. An optional section is on disk when its bit in `flags` is set; a section whose
 * bit is clear is ignored. With empty data nothing but the header, the checksum and the append time is stored.
 */
export interface Needle {
  /** Unsigned 64-bit. */
  readonly id: bigint;
  /** Unsigned 32-bit. */
  readonly cookie: number;
  readonly data: Uint8Array;
  /** Bits of NEEDLE_FLAG. */
  readonly flags: number;
  /** At most 255 bytes, UTF-8. */
  readonly name: Uint8Array | undefined;
  /** At most 255 bytes. */
  readonly mime: Uint8Array | undefined;
  readonly lastModifiedSeconds: number;
  readonly ttl: TimeToLive | undefined;
  /** A JSON object of header names and values, at most 65,535 bytes. */
  readonly pairs: Uint8Array | undefined;
  /** As stored: the raw CRC32C of the data, in old volumes its masked form, in a tombstone that of the deleted data. */
  readonly checksum: number;
  /** Nanoseconds since the epoch, strictly increasing in a volume. 0 before version 3. */
  readonly appendAtNs: bigint;
}

/** The first 16 bytes of a record. */
export interface NeedleHeader {
  readonly cookie: number;
  readonly id: bigint;
  /** Bytes of the body, signed. */
  readonly sizeBytes: number;
}

const NO_DATA = new Uint8Array(0);

/** The record that says "deleted": no data, the checksum of what it deletes. */
export function tombstoneOf(id: bigint, cookie: number, checksum: number, appendAtNs: bigint): Needle {
  return {
    id,
    cookie,
    data: NO_DATA,
    flags: 0,
    name: undefined,
    mime: undefined,
    lastModifiedSeconds: 0,
    ttl: undefined,
    pairs: undefined,
    checksum,
    appendAtNs,
  };
}
