/**
 * Rows of IAM: u8 record version (1) | JSON in UTF-8, as `iam-api.ts` of the contracts describes it. They are few, rarely written and
 * have many optional parts.
 */
import { RecordError } from './record-error.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';

const FORMAT: RecordFormat = { name: 'IAM', version: 1, upgrades: {} };

export function encodeIamRecord(record: object): Buffer {
  return Buffer.concat([Buffer.from([FORMAT.version]), Buffer.from(JSON.stringify(record))]);
}

/** @throws RecordError for what no program of ours wrote */
export function decodeIamRecord<T extends object>(row: Buffer): T {
  const record = inCurrentVersion(FORMAT, row);
  try {
    const value: unknown = JSON.parse(record.toString('utf8', 1));
    if (typeof value === 'object' && value !== null) return value as T;
  } catch (cause) {
    throw new RecordError('an IAM record that is no JSON', { cause });
  }
  throw new RecordError('an IAM record that is no object');
}
