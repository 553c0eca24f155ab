/** Part of a bucket's usage: u8 record version (1) | i64 objects | i64 bytes. A stripe may be negative; the sum is not. */
import { inCurrentVersion, type RecordFormat } from './record-version.ts';

const FORMAT: RecordFormat = { name: 'usage', version: 1, upgrades: {} };
const RECORD_BYTES = 17;

export interface Usage {
  readonly objects: number;
  readonly bytes: number;
}

export function encodeUsageRecord(usage: Usage): Buffer {
  const row = Buffer.allocUnsafe(RECORD_BYTES);
  row[0] = FORMAT.version;
  row.writeBigInt64BE(BigInt(usage.objects), 1);
  row.writeBigInt64BE(BigInt(usage.bytes), 9);
  return row;
}

export function decodeUsageRecord(row: Buffer): Usage {
  const record = inCurrentVersion(FORMAT, row);
  return { objects: Number(record.readBigInt64BE(1)), bytes: Number(record.readBigInt64BE(9)) };
}
