/**
 * The volume data plane as session methods: fixed binary records, both sides share these codecs. The ids are for ever.
 *
 * needle id: volume u32, key u64, cookie u32
 */
import type { ByteReader, ByteWriter, SessionMethod } from '@needlestack/rpc';
import type { NeedleId, ReadNeedleRequest, WriteNeedleRequest, WrittenNeedle } from '../volume-api.ts';

const HAS_CHECKSUM = 1;
const HAS_SIZE = 2;

function writeNeedleId(id: NeedleId, writer: ByteWriter): void {
  writer.u32(id.volumeId);
  writer.u64(id.needleKey);
  writer.u32(id.cookie);
}

function readNeedleId(reader: ByteReader): NeedleId {
  return { volumeId: reader.u32(), needleKey: reader.u64(), cookie: reader.u32() };
}

/** Request: needle id, flags u8, crc32c u32, last modified u48, data. Answer: crc32c u32. */
export const WRITE_NEEDLE: SessionMethod<WriteNeedleRequest, WrittenNeedle> = {
  id: 1,
  name: 'write-needle',
  encodeRequest: (request, writer) => {
    writeNeedleId(request, writer);
    writer.u8(request.crc32c === undefined ? 0 : HAS_CHECKSUM);
    writer.u32(request.crc32c ?? 0);
    writer.u48(request.lastModifiedSeconds);
    writer.bytes(request.data);
  },
  decodeRequest: (reader) => {
    const id = readNeedleId(reader);
    const flags = reader.u8();
    const crc32c = reader.u32();
    const lastModifiedSeconds = reader.u48();
    const data = reader.bytes();
    return { ...id, ...(flags & HAS_CHECKSUM ? { crc32c } : undefined), lastModifiedSeconds, data };
  },
  encodeResponse: (written, writer) => writer.u32(written.crc32c),
  decodeResponse: (reader) => ({ crc32c: reader.u32() }),
};

/** Request: needle id, flags u8, expected crc32c u32, expected size u32. Answer: data. */
export const READ_NEEDLE: SessionMethod<ReadNeedleRequest, Uint8Array> = {
  id: 2,
  name: 'read-needle',
  encodeRequest: (request, writer) => {
    writeNeedleId(request, writer);
    const hasChecksum = request.expectedCrc32c === undefined ? 0 : HAS_CHECKSUM;
    const hasSize = request.expectedSizeBytes === undefined ? 0 : HAS_SIZE;
    writer.u8(hasChecksum | hasSize);
    writer.u32(request.expectedCrc32c ?? 0);
    writer.u32(request.expectedSizeBytes ?? 0);
  },
  decodeRequest: (reader) => {
    const id = readNeedleId(reader);
    const flags = reader.u8();
    const expectedCrc32c = reader.u32();
    const expectedSizeBytes = reader.u32();
    return {
      ...id,
      ...(flags & HAS_CHECKSUM ? { expectedCrc32c } : undefined),
      ...(flags & HAS_SIZE ? { expectedSizeBytes } : undefined),
    };
  },
  encodeResponse: (data, writer) => writer.bytes(data),
  decodeResponse: (reader) => reader.bytes(),
};

/** Request: count u32, needle ids. Answer: how many were there, u32. */
export const DELETE_NEEDLES: SessionMethod<readonly NeedleId[], number> = {
  id: 3,
  name: 'delete-needles',
  encodeRequest: (ids, writer) => {
    writer.u32(ids.length);
    for (const id of ids) writeNeedleId(id, writer);
  },
  decodeRequest: (reader) => {
    const ids: NeedleId[] = [];
    for (let left = reader.u32(); left > 0; left -= 1) ids.push(readNeedleId(reader));
    return ids;
  },
  encodeResponse: (count, writer) => writer.u32(count),
  decodeResponse: (reader) => reader.u32(),
};
