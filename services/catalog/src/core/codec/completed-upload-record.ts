/**
 * The answer of a completed upload, for a client that asks again: u8 record version (1) | u48 completed, ms | text key |
 * text version id | text ETag | u48 size | u8 checksum algorithm | u8 checksum type | text checksum |
 * parts: u16 number, u48 size, text checksum each, to the end
 */
import type { CompletedPart, CompletedUpload } from '@needlestack/service-contracts';
import { checksumCode, checksumOfCode, checksumTypeCode, checksumTypeOfCode } from './checksum-code.ts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { sharedWriter } from './record-writer.ts';

const FORMAT: RecordFormat = { name: 'completed upload', version: 1, upgrades: {} };

export interface RememberedUpload {
  readonly key: string;
  readonly answer: CompletedUpload;
}

export function encodeCompletedUploadRecord({ key, answer }: RememberedUpload): Buffer {
  const writer = sharedWriter
    .begin()
    .u8(FORMAT.version)
    .u48(answer.lastModifiedMs)
    .text(key)
    .text(answer.versionId)
    .text(answer.etag)
    .u48(answer.sizeBytes)
    .u8(checksumCode(answer.checksum?.algorithm))
    .u8(checksumTypeCode(answer.checksum?.type))
    .text(answer.checksum?.value ?? '');
  for (const part of answer.parts)
    writer
      .u16(part.partNumber)
      .u48(part.sizeBytes)
      .text(part.checksum ?? '');
  return writer.finish();
}

export function decodeCompletedUploadRecord(row: Buffer): RememberedUpload {
  const reader = new RecordReader(inCurrentVersion(FORMAT, row), 1);
  const lastModifiedMs = reader.u48();
  const key = reader.text();
  const versionId = reader.text();
  const etag = reader.text();
  const sizeBytes = reader.u48();
  const algorithm = checksumOfCode(reader.u8());
  const type = checksumTypeOfCode(reader.u8());
  const value = reader.text();
  const parts: CompletedPart[] = [];
  while (!reader.isAtEnd) {
    const part = { partNumber: reader.u16(), sizeBytes: reader.u48() };
    const checksum = reader.text();
    parts.push(checksum === '' ? part : { ...part, checksum });
  }
  const answer = { versionId, lastModifiedMs, etag, sizeBytes, parts };
  if (algorithm === undefined || type === undefined) return { key, answer };
  return { key, answer: { ...answer, checksum: { algorithm, type, value } } };
}

/** When it was completed, without decoding the rest. */
export function completedAtMs(row: Buffer): number {
  return new RecordReader(inCurrentVersion(FORMAT, row), 1).u48();
}
