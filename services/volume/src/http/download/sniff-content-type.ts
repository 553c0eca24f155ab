/*
 * The type of a body by its first bytes, after the MIME Sniffing Standard (WHATWG, "identifying a resource with an unknown MIME type").
 * Signatures are tried by their first byte, because most stored bodies are none of them.
 */

const SNIFF_BYTES = 512;
const TEXT = 'text/plain; charset=utf-8';
const BINARY = 'application/octet-stream';

interface Signature {
  readonly type: string;
  /** Bytes in latin1; what `mask` leaves out may be anything. */
  readonly bytes: string;
  readonly anyAt?: readonly number[];
}

const RIFF_LENGTH_AT = [4, 5, 6, 7];

const SIGNATURES: readonly Signature[] = [
  { bytes: '%PDF-', type: 'application/pdf' },
  { bytes: '%!PS-Adobe-', type: 'application/postscript' },
  { bytes: '\xfe\xff', type: 'text/plain; charset=utf-16be' },
  { bytes: '\xff\xfe', type: 'text/plain; charset=utf-16le' },
  { bytes: '\xef\xbb\xbf', type: TEXT },
  { bytes: '\x00\x00\x01\x00', type: 'image/x-icon' },
  { bytes: '\x00\x00\x02\x00', type: 'image/x-icon' },
  { bytes: 'BM', type: 'image/bmp' },
  { bytes: 'GIF87a', type: 'image/gif' },
  { bytes: 'GIF89a', type: 'image/gif' },
  { bytes: 'RIFF____WEBPVP', type: 'image/webp', anyAt: RIFF_LENGTH_AT },
  { bytes: '\x89PNG\r\n\x1a\n', type: 'image/png' },
  { bytes: '\xff\xd8\xff', type: 'image/jpeg' },
  { bytes: 'FORM____AIFF', type: 'audio/aiff', anyAt: RIFF_LENGTH_AT },
  { bytes: 'ID3', type: 'audio/mpeg' },
  { bytes: 'OggS\x00', type: 'application/ogg' },
  { bytes: 'MThd\x00\x00\x00\x06', type: 'audio/midi' },
  { bytes: 'RIFF____AVI ', type: 'video/avi', anyAt: RIFF_LENGTH_AT },
  { bytes: 'RIFF____WAVE', type: 'audio/wave', anyAt: RIFF_LENGTH_AT },
  { bytes: '\x1a\x45\xdf\xa3', type: 'video/webm' },
  { bytes: '\x00\x01\x00\x00', type: 'font/ttf' },
  { bytes: 'OTTO', type: 'font/otf' },
  { bytes: 'ttcf', type: 'font/collection' },
  { bytes: 'wOFF', type: 'font/woff' },
  { bytes: 'wOF2', type: 'font/woff2' },
  { bytes: '\x1f\x8b\x08', type: 'application/x-gzip' },
  { bytes: 'PK\x03\x04', type: 'application/zip' },
  { bytes: 'Rar!\x1a\x07\x00', type: 'application/x-rar-compressed' },
  { bytes: 'Rar!\x1a\x07\x01\x00', type: 'application/x-rar-compressed' },
  { bytes: '\x00asm', type: 'application/wasm' },
];

const BY_FIRST_BYTE: (readonly Signature[])[] = Array.from({ length: 256 }, (_, first) =>
  SIGNATURES.filter(({ bytes }) => bytes.charCodeAt(0) === first),
);

const MARKUP =
  /^[\t\n\f\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >]/i;
const XML = /^[\t\n\f\r ]*<\?xml/;
const WHITE_SPACE = new Set([0x09, 0x0a, 0x0c, 0x0d, 0x20]);
const LESS_THAN = 0x3c;

export function sniffContentType(body: Uint8Array): string {
  const length = Math.min(body.length, SNIFF_BYTES);
  let start = 0;
  while (start < length && WHITE_SPACE.has(body[start] ?? 0)) start += 1;
  if (body[start] === LESS_THAN) {
    const text = Buffer.from(body.buffer, body.byteOffset, length).toString('latin1');
    if (MARKUP.test(text)) return 'text/html; charset=utf-8';
    if (XML.test(text)) return 'text/xml; charset=utf-8';
  }
  for (const signature of BY_FIRST_BYTE[body[0] ?? 0] ?? [])
    if (matches(body, length, signature)) return signature.type;
  if (isMp4(body, length)) return 'video/mp4';
  for (let at = start; at < length; at += 1) if (isBinaryByte(body[at] ?? 0)) return BINARY;
  return TEXT;
}

function matches(body: Uint8Array, length: number, { bytes, anyAt }: Signature): boolean {
  if (length < bytes.length) return false;
  for (let at = 1; at < bytes.length; at += 1) {
    if (body[at] !== bytes.charCodeAt(at) && anyAt?.includes(at) !== true) return false;
  }
  return true;
}

const FTYP = 0x66747970;
const MP4 = 0x6d7034;

/** A box of type `ftyp` that names a brand starting with `mp4`. */
function isMp4(body: Uint8Array, length: number): boolean {
  if (length < 12 || body[4] !== FTYP >>> 24) return false;
  const view = new DataView(body.buffer, body.byteOffset, length);
  const boxBytes = view.getUint32(0);
  if (view.getUint32(4) !== FTYP || length < boxBytes || boxBytes % 4 !== 0) return false;
  for (let at = 8; at < boxBytes; at += 4) {
    // The version of the brand is none.
    if (at !== 12 && view.getUint32(at) >>> 8 === MP4) return true;
  }
  return false;
}

function isBinaryByte(byte: number): boolean {
  return byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f);
}
