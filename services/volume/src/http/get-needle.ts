import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  crc32c,
  FormatError,
  hasFlag,
  NEEDLE_FLAG,
  type Needle,
  parseKeyAndCookie,
  parseVolumeId,
} from '@needlestack/needle-format';
import { readNeedle } from '../core/read-needle.ts';
import { authorizeRead } from './authorize-request.ts';
import { formatContentDisposition } from './content-disposition.ts';
import { sniffContentType, typeByExtension } from './content-type.ts';
import type { HttpContext, NeedleExchange } from './http-context.ts';
import { asVolumeError, HttpError, readStatus } from './http-error.ts';
import { extensionOf } from './needle-path.ts';
import { type ByteRange, formatContentRange, readRangeHeader } from './range-header.ts';
import { sendBytes, sendEmpty } from './send-response.ts';

const decompress = promisify(gunzip);

/** Largest body that a gzip needle may unfold to. */
const UNFOLDED_BYTES_MAX = 2 ** 30;

const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;

/** Answers GET and HEAD. Refusals have no body. */
export async function getNeedle(context: HttpContext, exchange: NeedleExchange): Promise<void> {
  const { request, response, path, query } = exchange;
  authorizeRead(request, path, query, context.access, context.clock.nowMs());
  const needle = await findNeedle(context, exchange);
  if (needle === undefined) return;
  const headers = describe(needle, exchange);
  if (isNotModified(request, needle)) {
    sendEmpty(response, 304, pick(headers, 'Last-Modified'));
    return;
  }
  const acceptsGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const gzipped = hasFlag(needle.flags, NEEDLE_FLAG.compressed);
  if (gzipped && acceptsGzip) headers['Content-Encoding'] = 'gzip';
  const body = gzipped && !acceptsGzip ? await unfold(needle.data) : needle.data;
  if (headers['Content-Type'] === undefined && request.method === 'GET' && body.length > 0) {
    headers['Content-Type'] = sniffContentType(body);
  }
  applyOverrides(headers, query);
  if (request.method === 'HEAD') {
    response.writeHead(200, { ...headers, 'Content-Length': body.length });
    response.end();
    return;
  }
  sendRanges(request, response, body, headers);
}

async function findNeedle(context: HttpContext, exchange: NeedleExchange): Promise<Needle | undefined> {
  const { request, response, path, query } = exchange;
  try {
    const volume = context.registry.require(parseVolumeId(path.volumeText));
    const { key, cookie } = parseKeyAndCookie(path.fileText);
    return await readNeedle(volume, key, { cookie, readDeleted: query.get('readDeleted') === 'true' });
  } catch (error) {
    const volumeError = asVolumeError(error);
    if (volumeError === undefined && !(error instanceof FormatError)) throw error;
    const status = volumeError === undefined ? 400 : readStatus(volumeError.code);
    if (status >= 500) context.onFault(error, request.url ?? '');
    // A failed HEAD announces no length.
    if (request.method === 'HEAD') response.writeHead(status).end();
    else sendEmpty(response, status);
    return undefined;
  }
}

function describe(needle: Needle, { path, query }: NeedleExchange): Record<string, string> {
  const headers: Record<string, string> = { 'Accept-Ranges': 'bytes', ETag: `"${etagOf(needle)}"` };
  if (needle.lastModifiedSeconds > 0) headers['Last-Modified'] = httpDate(needle.lastModifiedSeconds);
  for (const [name, value] of pairsOf(needle)) headers[name] = value;
  const name = path.fileName !== '' ? path.fileName : Buffer.from(needle.name ?? []).toString();
  const mime = Buffer.from(needle.mime ?? []).toString();
  const type = mime === '' || mime.startsWith('application/octet-stream') ? undefined : mime;
  const byName = typeByExtension(path.extension) ?? typeByExtension(extensionOf(name));
  const chosen = type ?? byName;
  if (chosen !== undefined) headers['Content-Type'] = chosen;
  if (name !== '') {
    const download = ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(query.get('dl') ?? '');
    headers['Content-Disposition'] = formatContentDisposition(download ? 'attachment' : 'inline', name);
  }
  return headers;
}

/** The raw checksum of the stored bytes. */
export function etagOf(needle: Needle): string {
  const checksum = needle.data.length === 0 ? 0 : crc32c(needle.data);
  return checksum.toString(16).padStart(8, '0');
}

/** If-Modified-Since is looked at first; If-None-Match must be the one tag, exactly. */
function isNotModified({ headers }: IncomingMessage, needle: Needle): boolean {
  const since = headers['if-modified-since'];
  if (since !== undefined && needle.lastModifiedSeconds > 0) {
    const sinceMs = Date.parse(since);
    if (!Number.isNaN(sinceMs) && sinceMs >= needle.lastModifiedSeconds * 1000) return true;
  }
  return headers['if-none-match'] === `"${etagOf(needle)}"`;
}

function sendRanges(
  request: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array,
  headers: Record<string, string>,
): void {
  const outcome = readRangeHeader(request.headers.range, body.length);
  if (outcome.kind === 'whole') {
    sendBytes(response, 200, body, headers);
    return;
  }
  if (outcome.kind === 'empty') {
    sendEmpty(response, 200, headers);
    return;
  }
  if (outcome.kind !== 'ranges') throw new HttpError(416, 'invalid range');
  const [first, ...rest] = outcome.ranges;
  if (first !== undefined && rest.length === 0) {
    sendBytes(response, 206, slice(body, first), {
      ...headers,
      'Content-Range': formatContentRange(first, body.length),
    });
    return;
  }
  const boundary = `${Date.now().toString(16)}${body.length.toString(16)}needlestack`;
  const parts = outcome.ranges.map((range) => {
    const type = headers['Content-Type'] ?? 'application/octet-stream';
    const head = `\r\n--${boundary}\r\nContent-Range: ${formatContentRange(range, body.length)}\r\nContent-Type: ${type}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), slice(body, range)]);
  });
  const whole = Buffer.concat([...parts, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  sendBytes(response, 206, whole.subarray(2), {
    ...headers,
    'Content-Type': `multipart/byteranges; boundary=${boundary}`,
  });
}

function slice(body: Uint8Array, { startBytes, lengthBytes }: ByteRange): Uint8Array {
  return body.subarray(startBytes, startBytes + lengthBytes);
}

function applyOverrides(headers: Record<string, string>, query: URLSearchParams): void {
  for (const name of OVERRIDES) {
    const value = query.get(`response-${name}`);
    if (value === null || value === '' || /[\r\n]/.test(value)) continue;
    headers[name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())] = value;
  }
}

async function unfold(data: Uint8Array): Promise<Uint8Array> {
  return decompress(data, { maxOutputLength: UNFOLDED_BYTES_MAX });
}

function pairsOf(needle: Needle): [string, string][] {
  if (needle.pairs === undefined || needle.pairs.length === 0) return [];
  try {
    const pairs: unknown = JSON.parse(Buffer.from(needle.pairs).toString());
    if (typeof pairs !== 'object' || pairs === null) return [];
    return Object.entries(pairs).map(([name, value]) => [name, String(value)]);
  } catch {
    return [];
  }
}

function httpDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString();
}

function pick(headers: Record<string, string>, name: string): Record<string, string> {
  const value = headers[name];
  return value === undefined ? {} : { [name]: value };
}
