const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const PRINTABLE = /^[\x20-\x7e\t]*$/;

/** `inline; filename=...`, the name as a bare token, quoted, or percent-encoded UTF-8 (RFC 2231). */
export function formatContentDisposition(kind: 'inline' | 'attachment', fileName: string): string {
  if (TOKEN.test(fileName)) return `${kind}; filename=${fileName}`;
  if (PRINTABLE.test(fileName)) return `${kind}; filename="${escapeQuotes(fileName)}"`;
  return `${kind}; filename*=utf-8''${encodeRfc2231(fileName)}`;
}

function escapeQuotes(text: string): string {
  return text.includes('"') || text.includes('\\') ? text.replace(/[\\"]/g, '\\$&') : text;
}

/** The `filename` of a Content-Disposition header, without any path. */
export function readDispositionFileName(header: string): string | undefined {
  const extended = /;\s*filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(header)?.[1];
  const quoted = /;\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(header)?.[1]?.replace(/\\(.)/g, '$1');
  const bare = /;\s*filename\s*=\s*([^";\s]+)/i.exec(header)?.[1];
  const name = extended === undefined ? (quoted ?? bare) : decodeRfc2231(extended);
  return name?.slice(name.lastIndexOf('/') + 1);
}

function encodeRfc2231(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decodeRfc2231(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
