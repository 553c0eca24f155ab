import { crc32 } from 'node:zlib';

export interface DecodedFrame {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** The messages in a stream of frames, however it was cut. Throws when a length or checksum is wrong. */
export const decodeFrames = (stream: Uint8Array): DecodedFrame[] => {
  const bytes = Buffer.from(stream);
  const frames: DecodedFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const total = bytes.readUInt32BE(at);
    const headerEnd = at + 12 + bytes.readUInt32BE(at + 4);
    if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) throw new Error('wrong prelude checksum');
    if (crc32(bytes.subarray(at, at + total - 4)) !== bytes.readUInt32BE(at + total - 4))
      throw new Error('wrong checksum');
    const headers: Record<string, string> = {};
    for (let header = at + 12; header < headerEnd; ) {
      const nameEnd = header + 1 + bytes.readUInt8(header);
      const valueEnd = nameEnd + 3 + bytes.readUInt16BE(nameEnd + 1);
      headers[bytes.toString('utf8', header + 1, nameEnd)] = bytes.toString('utf8', nameEnd + 3, valueEnd);
      header = valueEnd;
    }
    frames.push({ headers, payload: bytes.subarray(headerEnd, at + total - 4) });
    at += total;
  }
  return frames;
};

/** What kind each frame is: its event type, or `error`. */
export const kindsOf = (frames: readonly DecodedFrame[]): string[] =>
  frames.map(({ headers }) => headers[':event-type'] ?? headers[':message-type'] ?? '?');

/** The rows of all Records frames. */
export const recordsOf = (frames: readonly DecodedFrame[]): string =>
  Buffer.concat(
    frames.filter(({ headers }) => headers[':event-type'] === 'Records').map(({ payload }) => payload),
  ).toString();

/** One of the three numbers of a Stats or Progress frame. */
export const counterOf = (frame: DecodedFrame | undefined, name: string): number =>
  Number(new RegExp(`<${name}>(\\d+)</${name}>`).exec(frame?.payload.toString() ?? '')?.[1]);
