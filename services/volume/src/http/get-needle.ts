import {
  type DecodedNeedle,
  FormatError,
  hasFlag,
  NEEDLE_FLAG,
  parseKeyAndCookie,
  parseVolumeId,
} from '@needlestack/needle-format';
import { readNeedle } from '../core/read-needle.ts';
import { authorizeRead } from './authorize-request.ts';
import { formatHttpDate, isModifiedSinceMet } from './conditional-request.ts';
import { typeByExtension } from './content-type.ts';
import { formatETag } from './etag.ts';
import type { HttpContext } from './http-context.ts';
import { asVolumeError, readStatus } from './http-error.ts';
import type { NeedleExchange } from './needle-exchange.ts';
import { extensionOf } from './needle-path.ts';
import { sendContent } from './send-content.ts';
import { sendEmpty } from './send-response.ts';
import { unfoldGzip } from './unfold-gzip.ts';

/** Answers GET and HEAD. Refusals have no body. */
export function getNeedle(context: HttpContext, exchange: NeedleExchange): Promise<void> | undefined {
  if (context.access.readKey !== undefined) authorizeRead(exchange, context.access, context.clock.nowMs());
  let volumeId: number;
  let id: ReturnType<typeof parseKeyAndCookie>;
  try {
    volumeId = parseVolumeId(exchange.path.volumeText);
    id = parseKeyAndCookie(exchange.path.fileText);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    sendEmpty(exchange, 400);
    return undefined;
  }
  const volume = context.registry.get(volumeId);
  if (volume === undefined) {
    sendEmpty(exchange, 404);
    return undefined;
  }
  const readDeleted = exchange.parameter('readDeleted') === 'true';
  return readNeedle(volume, id.key, { cookie: id.cookie, readDeleted }).then(
    (needle) => answerNeedle(exchange, needle),
    (error: unknown) => refuseRead(context, exchange, error),
  );
}

function refuseRead(context: HttpContext, exchange: NeedleExchange, error: unknown): void {
  const volumeError = asVolumeError(error);
  if (volumeError === undefined) throw error;
  const status = readStatus(volumeError.code);
  if (status >= 500) context.onFault(error, exchange.pathText);
  sendEmpty(exchange, status);
}

/** Nothing here waits but the unfolding of a gzip needle. */
function answerNeedle(exchange: NeedleExchange, needle: DecodedNeedle): Promise<void> | undefined {
  const { headers, request } = exchange;
  const conditions = request.headers;
  if (needle.lastModifiedSeconds > 0) {
    headers.add('Last-Modified', formatHttpDate(needle.lastModifiedSeconds));
    if (isModifiedSinceMet(conditions, needle.lastModifiedSeconds)) {
      sendEmpty(exchange, 304);
      return undefined;
    }
  }
  const etag = formatETag(needle.dataCrc32c);
  if (conditions['if-none-match'] === etag) {
    sendEmpty(exchange, 304);
    return undefined;
  }
  headers.add('ETag', etag);
  if (needle.pairs !== undefined) addPairs(exchange, needle.pairs);
  const name = exchange.path.fileName !== '' ? exchange.path.fileName : textOf(needle.name);
  const isFolded = hasFlag(needle.flags, NEEDLE_FLAG.compressed);
  if (isFolded && !acceptsGzip(exchange)) {
    return unfoldGzip(needle.data).then((data) => sendContent(exchange, { data, name, type: typeOf(needle, name) }));
  }
  if (isFolded) headers.set('Content-Encoding', 'gzip');
  sendContent(exchange, { data: needle.data, name, type: typeOf(needle, name) });
  return undefined;
}

/** A stored type that says something, else that of the name's extension. */
function typeOf(needle: DecodedNeedle, name: string): string | undefined {
  const stored = textOf(needle.mime);
  return stored === '' || stored.startsWith('application/octet-stream') ? typeByExtension(extensionOf(name)) : stored;
}

const FRAMING_HEADERS: ReadonlySet<string> = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'trailer',
]);

/** Stored pairs are headers, whatever they are called; those that the server itself writes win. */
function addPairs({ headers }: NeedleExchange, pairs: Uint8Array): void {
  let stored: unknown;
  try {
    stored = JSON.parse(Buffer.from(pairs).toString());
  } catch {
    return;
  }
  if (typeof stored !== 'object' || stored === null) return;
  for (const [name, value] of Object.entries(stored))
    if (isSafeHeader(name, String(value))) headers.set(name, String(value));
}

/** What was stored must not break the answer apart. */
function isSafeHeader(name: string, value: string): boolean {
  return (
    !FRAMING_HEADERS.has(name.toLowerCase()) &&
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) &&
    /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
  );
}

function acceptsGzip({ request }: NeedleExchange): boolean {
  const accepted = request.headers['accept-encoding'];
  return typeof accepted === 'string' && accepted.includes('gzip');
}

function textOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined || bytes.length === 0) return '';
  return (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString();
}
