/** Needles that no name refers to: u8 record version (1) | chunks */
import type { Chunk } from '@needlestack/service-contracts';
import { readChunks, writeChunks } from './chunk-list.ts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { sharedWriter } from './record-writer.ts';

const FORMAT: RecordFormat = { name: 'garbage', version: 1, upgrades: {} };

export function encodeGarbageRecord(chunks: readonly Chunk[]): Buffer {
  const writer = sharedWriter.begin().u8(FORMAT.version);
  writeChunks(writer, chunks);
  return writer.finish();
}

export function decodeGarbageRecord(row: Buffer): Chunk[] {
  return readChunks(new RecordReader(inCurrentVersion(FORMAT, row), 1));
}
