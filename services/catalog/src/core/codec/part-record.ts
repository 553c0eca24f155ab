/**
 * A part: u8 record version (1) | u48 last modified, ms | u48 size | u8 checksum algorithm | text checksum | text ETag |
 * block of chunks | u8 1 when needles of it may be named elsewhere too (absent in older rows)
 */
import type { Chunk, UploadedPart } from '@needlestack/service-contracts';
import { checksumCode, checksumOfCode } from './checksum-code.ts';
import { readChunks, writeChunks } from './chunk-list.ts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { sharedWriter } from './record-writer.ts';

const FORMAT: RecordFormat = { name: 'part', version: 1, upgrades: {} };

export interface StoredPart extends UploadedPart {
  readonly chunks: readonly Chunk[];
  readonly hasSharedNeedles: boolean;
}

export function encodePartRecord(part: StoredPart): Buffer {
  const writer = sharedWriter
    .begin()
    .u8(FORMAT.version)
    .u48(part.lastModifiedMs)
    .u48(part.sizeBytes)
    .u8(checksumCode(part.checksum?.algorithm))
    .text(part.checksum?.value ?? '')
    .text(part.etag);
  const opened = writer.openBlock();
  writeChunks(writer, part.chunks);
  return writer
    .closeBlock(opened)
    .u8(part.hasSharedNeedles ? 1 : 0)
    .finish();
}

export function decodePartRecord(partNumber: number, row: Buffer): StoredPart {
  const reader = openPartRecord(row);
  const part = readListed(partNumber, reader);
  const chunks = readChunks(reader.section());
  const hasSharedNeedles = !reader.isAtEnd && reader.u8() === 1;
  return { ...part, chunks, hasSharedNeedles };
}

/** What a listing shows of a part. Its chunks, of which a large part has hundreds, are not read. */
export const decodeListedPart = (partNumber: number, row: Buffer): UploadedPart =>
  readListed(partNumber, openPartRecord(row));

const openPartRecord = (row: Buffer): RecordReader => new RecordReader(inCurrentVersion(FORMAT, row), 1);

function readListed(partNumber: number, reader: RecordReader): UploadedPart {
  const lastModifiedMs = reader.u48();
  const sizeBytes = reader.u48();
  const algorithm = checksumOfCode(reader.u8());
  const value = reader.text();
  const etag = reader.text();
  const part = { partNumber, sizeBytes, etag, lastModifiedMs };
  return algorithm === undefined ? part : { ...part, checksum: { algorithm, value } };
}
