/** Types by extension: a fixed table, because those of hosts differ and would change answers. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.xml': 'text/xml; charset=utf-8',
};

export function typeByExtension(extension: string): string | undefined {
  return BY_EXTENSION[extension.toLowerCase()];
}

const SNIFF_BYTES = 512;

const SIGNATURES: readonly (readonly [signature: string, type: string])[] = [
  ['%PDF-', 'application/pdf'],
  ['%!PS-Adobe-', 'application/postscript'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['BM', 'image/bmp'],
  ['\x1f\x8b\x08', 'application/x-gzip'],
  ['PK\x03\x04', 'application/zip'],
  ['\x00asm', 'application/wasm'],
  ['ID3', 'audio/mpeg'],
  ['OggS\x00', 'application/ogg'],
];

const MARKUP =
  /^\s*(?:<!doctype html|<(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >])/i;

/** The type of a body by its first 512 bytes, as the WHATWG sniffing rules see it. */
export function sniffContentType(body: Uint8Array): string {
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, SNIFF_BYTES));
  const text = start.toString('latin1');
  if (MARKUP.test(text)) return 'text/html; charset=utf-8';
  if (/^\s*<\?xml/.test(text)) return 'text/xml; charset=utf-8';
  if (text.startsWith('RIFF') && text.slice(8, 14) === 'WEBPVP') return 'image/webp';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WAVE') return 'audio/wave';
  for (const [signature, type] of SIGNATURES) if (text.startsWith(signature)) return type;
  return isBinary(start) ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}

/** Whether stored bytes of this type are worth compressing. */
export function isCompressible(type: string): boolean {
  if (type.startsWith('text/')) return true;
  if (type.startsWith('application/')) return type.endsWith('xml') || type.endsWith('script');
  return type === 'audio/wave' || type === 'audio/wav' || type === 'audio/x-wav';
}

function isBinary(bytes: Buffer): boolean {
  return bytes.some(
    (byte) => byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f),
  );
}
