const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Backslashes before anything else are those of Windows paths, which browsers once sent as they were. */
const ESCAPED_SPECIAL = /\\([()<>@,;:\\"/[\]?=])/g;
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

/** The `filename` of a Content-Disposition header as it came; undefined when there is none. */
export function readDispositionFileName(header: string): string | undefined {
  const extended = /;\s*filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(header)?.[1];
  return extended === undefined ? readParameter(header, 'filename') : decodeRfc2231(extended);
}

/** What a raw body is called by its Content-Disposition: the file name, else the name. A header without a kind is understood too. */
export function readDispositionName(header: string): string | undefined {
  const whole = /^\s*(?:inline|attachment)/i.test(header) ? header : `attachment; ${header}`;
  return readDispositionFileName(whole) ?? readParameter(whole, 'name');
}

/** A file name without any path, of Windows neither. */
export function cleanFileName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}

function readParameter(header: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^";\\s]+))`, 'i').exec(header);
  return match?.[1]?.replace(ESCAPED_SPECIAL, '$1') ?? match?.[2];
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
