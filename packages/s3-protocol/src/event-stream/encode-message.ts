/**
 * Messages of an AWS event stream, big-endian:
 *
 *   u32 total length, u32 header length, u32 CRC32 of these eight bytes, headers, payload, u32 CRC32 of all before it
 *   header: u8 name length, name, u8 type (7: text), u16 value length, value
 */
import { crc32 } from 'node:zlib';

const PRELUDE_BYTES = 12;
const OVERHEAD_BYTES = PRELUDE_BYTES + 4;
const TEXT_TYPE = 7;

/** One message. Headers keep their order; all values are text. */
export const encodeMessage = (headers: readonly (readonly [string, string])[], payload: Uint8Array): Buffer => {
  let headerBytes = 0;
  for (const [name, value] of headers) headerBytes += 4 + Buffer.byteLength(name) + Buffer.byteLength(value);
  const totalBytes = OVERHEAD_BYTES + headerBytes + payload.length;
  const message = Buffer.allocUnsafe(totalBytes);
  message.writeUInt32BE(totalBytes, 0);
  message.writeUInt32BE(headerBytes, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  let at = PRELUDE_BYTES;
  for (const [name, value] of headers) at = writeHeader(message, at, name, value);
  message.set(payload, at);
  message.writeUInt32BE(crc32(message.subarray(0, totalBytes - 4)), totalBytes - 4);
  return message;
};

const writeHeader = (message: Buffer, start: number, name: string, value: string): number => {
  const nameBytes = message.write(name, start + 1);
  message.writeUInt8(nameBytes, start);
  const at = start + 1 + nameBytes;
  message.writeUInt8(TEXT_TYPE, at);
  const valueBytes = message.write(value, at + 3);
  message.writeUInt16BE(valueBytes, at + 1);
  return at + 3 + valueBytes;
};
