/**
 * An upload that is not finished: u8 record version (1) | u48 begun, ms | u8 checksum algorithm | u8 checksum type |
 * text initiator | text owner | sections as in version-attributes.ts
 */
import type { Upload } from '@needlestack/service-contracts';
import { checksumCode, checksumOfCode, checksumTypeCode, checksumTypeOfCode } from './checksum-code.ts';
import { RecordError } from './record-error.ts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { sharedWriter } from './record-writer.ts';
import { type DecodedAttributes, readAttribute, writeAttributes } from './version-attributes.ts';

const FORMAT: RecordFormat = { name: 'upload', version: 1, upgrades: {} };

/** What lies in the row; key and id lie in its key. */
export type StoredUpload = Omit<Upload, 'key' | 'uploadId'>;

export function encodeUploadRecord(upload: StoredUpload): Buffer {
  const writer = sharedWriter
    .begin()
    .u8(FORMAT.version)
    .u48(upload.initiatedAtMs)
    .u8(checksumCode(upload.checksumAlgorithm))
    .u8(checksumTypeCode(upload.checksumType))
    .text(upload.initiatorId)
    .text(upload.template.ownerId);
  writeAttributes(writer, upload.template);
  return writer.finish();
}

export function decodeUploadRecord(row: Buffer): StoredUpload {
  const reader = new RecordReader(inCurrentVersion(FORMAT, row), 1);
  const initiatedAtMs = reader.u48();
  const checksumAlgorithm = checksumOfCode(reader.u8());
  const checksumType = checksumTypeOfCode(reader.u8());
  const initiatorId = reader.text();
  const template: DecodedAttributes & { ownerId: string } = {
    ownerId: reader.text(),
    systemHeaders: {},
    userMetadata: {},
  };
  while (!reader.isAtEnd) {
    const tag = reader.u8();
    if (!readAttribute(template, tag, reader.section())) throw new RecordError(`section ${tag} in an upload record`);
  }
  return {
    initiatedAtMs,
    initiatorId,
    template,
    ...(checksumAlgorithm === undefined ? {} : { checksumAlgorithm }),
    ...(checksumType === undefined ? {} : { checksumType }),
  };
}
