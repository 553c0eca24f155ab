/**
 * Where a scan can go on, given out and taken back: nobody keeps it but the caller, so it is signed, for the caller alone.
 *
 *   u8 version (1) | u16 table | u16 bucket | u48 expires, ms | u64 outbox sequence | u64 rows given | 8 B hash of the filter |
 *   u16 length of the last key | last key | 32 B HMAC-SHA256 of all this and the caller
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { ScanError } from '@needlestack/kv-scan/protocol';
import { hashFilter, type ScanFilter, type ScanPlace } from './scan-filter.ts';
import { RESUME_TOKEN_LIFETIME_MS } from './scan-limits.ts';

const VERSION = 1;
const AT_EXPIRES = 5;
const AT_SEQUENCE = 11;
const AT_ROWS = 19;
const AT_FILTER = 27;
const AT_KEY_LENGTH = 35;
const AT_KEY = 37;
const SIGNATURE_BYTES = 32;

export interface ResumePoint {
  readonly place: ScanPlace;
  /** Rows changed from here on may be in the result as they were or as they are now: replaying them makes it exact. */
  readonly readSeq: bigint;
}

export interface TokenContext {
  readonly key: Uint8Array;
  /** Whose token it is. */
  readonly principal: string;
  readonly nowMs: number;
}

function sign(body: Uint8Array, { key, principal }: TokenContext): Buffer {
  return createHmac('sha256', key).update(body).update(principal).digest();
}

export function encodeResumeToken(filter: ScanFilter, point: ResumePoint, context: TokenContext): Buffer {
  const lastKey = point.place.lastKey ?? Buffer.alloc(0);
  const body = Buffer.allocUnsafe(AT_KEY + lastKey.length);
  body[0] = VERSION;
  body.writeUInt16BE(filter.table.id, 1);
  body.writeUInt16BE(filter.bucketId, 3);
  body.writeUIntBE(context.nowMs + RESUME_TOKEN_LIFETIME_MS, AT_EXPIRES, 6);
  body.writeBigUInt64BE(point.readSeq, AT_SEQUENCE);
  body.writeBigUInt64BE(BigInt(point.place.rowsGiven), AT_ROWS);
  hashFilter(filter).copy(body, AT_FILTER);
  body.writeUInt16BE(lastKey.length, AT_KEY_LENGTH);
  lastKey.copy(body, AT_KEY);
  return Buffer.concat([body, sign(body, context)]);
}

/** ScanError `invalid-scan-request` when it is forged, another caller's, expired, or of another scan. */
export function decodeResumeToken(token: Uint8Array, filter: ScanFilter, context: TokenContext): ResumePoint {
  const bytes = Buffer.from(token);
  const body = bytes.subarray(0, Math.max(0, bytes.length - SIGNATURE_BYTES));
  const signature = bytes.subarray(body.length);
  if (body.length < AT_KEY || body[0] !== VERSION || !timingSafeEqual(signature, sign(body, context)))
    throw new ScanError('invalid-scan-request', 'the resume token is not one that this caller was given');
  const expiresAtMs = body.readUIntBE(AT_EXPIRES, 6);
  if (expiresAtMs <= context.nowMs)
    throw new ScanError('invalid-scan-request', `the resume token expired at ${new Date(expiresAtMs).toISOString()}`);
  if (!body.subarray(AT_FILTER, AT_KEY_LENGTH).equals(hashFilter(filter)))
    throw new ScanError('invalid-scan-request', 'the resume token is of a scan with another table, bucket or filter');
  const lastKey = body.subarray(AT_KEY);
  return {
    place: {
      lastKey: lastKey.length === 0 ? undefined : lastKey,
      rowsGiven: Number(body.readBigUInt64BE(AT_ROWS)),
    },
    readSeq: body.readBigUInt64BE(AT_SEQUENCE),
  };
}
