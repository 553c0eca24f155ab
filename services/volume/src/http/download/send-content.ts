import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { NeedleExchange } from '../needle-exchange.ts';
import { sendBody } from '../send-response.ts';
import { formatContentDisposition } from './content-disposition.ts';
import { overrideHeaders } from './override-headers.ts';
import { type ByteRange, formatContentRange, readRangeHeader } from './range-header.ts';
import { sniffContentType } from './sniff-content-type.ts';

/** How an answer describes its body. */
export interface ContentName {
  /** Empty for none. */
  readonly name: string;
  /** Undefined when only the data can tell. */
  readonly type: string | undefined;
}

/** What a read answers with, after all decoding. */
export interface Content extends ContentName {
  readonly data: Uint8Array;
}

/** The same when it is too long to be held, or lies elsewhere. */
export interface ContentStream extends ContentName {
  readonly sizeBytes: number;
  read(startBytes: number, lengthBytes: number): AsyncIterable<Uint8Array>;
}

const BOUNDARY_BYTES = 30;
const TRUE_TEXTS: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** Answers with the whole of a body or the ranges that the request names. HEAD has no ranges. */
export function sendContent(exchange: NeedleExchange, content: Content): void {
  const { data } = content;
  describeContent(exchange, content);
  const ranges = readRanges(exchange, data.length);
  if (ranges === undefined) return;
  const [first] = ranges;
  if (first === undefined) {
    if (exchange.method !== 'HEAD') sniff(exchange, data);
    sendBody(exchange, 200, data);
  } else if (ranges.length === 1) {
    const body = slice(data, first);
    exchange.headers.add('Content-Range', formatContentRange(first, data.length));
    sniff(exchange, body);
    sendBody(exchange, 206, body);
  } else {
    const parts = describeParts(exchange, ranges, data.length);
    sendBody(
      exchange,
      206,
      Buffer.concat([...parts.heads.flatMap((head, at) => [head, slice(data, ranges[at])]), parts.end]),
    );
  }
}

/** The same for a stream. Rejects when it breaks off before its first bytes; later the connection is closed. */
export async function streamContent(exchange: NeedleExchange, content: ContentStream): Promise<void> {
  const { sizeBytes } = content;
  describeContent(exchange, content);
  const ranges = readRanges(exchange, sizeBytes);
  if (ranges === undefined) return;
  const { headers } = exchange;
  const [first] = ranges;
  if (first === undefined) {
    headers.add('Content-Length', String(sizeBytes));
    if (exchange.method !== 'HEAD') return sendStream(exchange, 200, content.read(0, sizeBytes));
    exchange.response.writeHead(200, headers.flat).end();
  } else if (ranges.length === 1) {
    headers.add('Content-Range', formatContentRange(first, sizeBytes));
    headers.add('Content-Length', String(first.lengthBytes));
    await sendStream(exchange, 206, content.read(first.startBytes, first.lengthBytes));
  } else {
    const parts = describeParts(exchange, ranges, sizeBytes);
    headers.add(
      'Content-Length',
      String(parts.aroundBytes + ranges.reduce((sum, range) => sum + range.lengthBytes, 0)),
    );
    await sendStream(exchange, 206, joinParts(parts, ranges, content));
  }
}

/** Type, name and what the query asks to be said instead. */
function describeContent(exchange: NeedleExchange, { name, type }: ContentName): void {
  const { headers } = exchange;
  // Headers that were stored with the needle may be there already.
  if (type !== undefined) headers.set('Content-Type', type);
  headers.set('Accept-Ranges', 'bytes');
  if (exchange.queryText !== '') overrideHeaders(exchange);
  if (name !== '' && !headers.has('Content-Disposition')) {
    const kind = TRUE_TEXTS.has(exchange.parameter('dl') ?? '') ? 'attachment' : 'inline';
    headers.add('Content-Disposition', formatContentDisposition(kind, name));
  }
}

/** None for the whole body; undefined when the request is answered already. */
function readRanges(exchange: NeedleExchange, sizeBytes: number): readonly ByteRange[] | undefined {
  const { range } = exchange.request.headers;
  if (range === undefined || exchange.method === 'HEAD') return WHOLE;
  const outcome = readRangeHeader(range, sizeBytes);
  switch (outcome.kind) {
    case 'whole':
      return WHOLE;
    case 'ranges':
      return outcome.ranges;
    case 'empty':
      sendBody(exchange, 200, '');
      return undefined;
    case 'invalid':
      exchange.headers.set('Content-Type', 'text/plain; charset=utf-8');
      exchange.headers.set('X-Content-Type-Options', 'nosniff');
      exchange.response.statusMessage = 'Requested Range Not Satisfiable';
      sendBody(exchange, 416, 'invalid range\n');
      return undefined;
  }
}

const WHOLE: readonly ByteRange[] = [];

/** A body of unknown type is looked at, unless it is encoded. */
function sniff({ headers }: NeedleExchange, body: Uint8Array): void {
  if (body.length === 0 || headers.has('Content-Type') || headers.has('Content-Encoding')) return;
  headers.add('Content-Type', sniffContentType(body));
}

interface Parts {
  /** What stands before each part, in order. */
  readonly heads: readonly Buffer[];
  readonly end: Buffer;
  /** Length of all these. */
  readonly aroundBytes: number;
}

/** Several ranges as `multipart/byteranges` (RFC 9110, section 14.6). */
function describeParts({ headers }: NeedleExchange, ranges: readonly ByteRange[], sizeBytes: number): Parts {
  const boundary = randomBytes(BOUNDARY_BYTES).toString('hex');
  const type = headers.get('Content-Type') ?? '';
  headers.set('Content-Type', `multipart/byteranges; boundary=${boundary}`);
  const heads = ranges.map((range, index) => {
    const lines = [`--${boundary}`, `Content-Range: ${formatContentRange(range, sizeBytes)}`, `Content-Type: ${type}`];
    return Buffer.from(`${index === 0 ? '' : '\r\n'}${lines.join('\r\n')}\r\n\r\n`);
  });
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  return { heads, end, aroundBytes: heads.reduce((sum, head) => sum + head.length, end.length) };
}

async function* joinParts(
  parts: Parts,
  ranges: readonly ByteRange[],
  content: ContentStream,
): AsyncGenerator<Uint8Array> {
  for (const [at, range] of ranges.entries()) {
    const head = parts.heads[at];
    if (head !== undefined) yield head;
    yield* content.read(range.startBytes, range.lengthBytes);
  }
  yield parts.end;
}

/** The head goes out with the first bytes, so that a stream that gives none can still be answered with an error. */
async function sendStream(exchange: NeedleExchange, status: number, stream: AsyncIterable<Uint8Array>): Promise<void> {
  const { response, headers } = exchange;
  const pieces = stream[Symbol.asyncIterator]();
  const first = await pieces.next();
  if (first.done !== true) sniff(exchange, first.value);
  response.writeHead(status, headers.flat);
  if (first.done === true) {
    response.end();
    return;
  }
  await pipeline(async function* () {
    yield first.value;
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) yield next.value;
  }, response);
}

function slice(body: Uint8Array, range: ByteRange | undefined): Uint8Array {
  return range === undefined ? body : body.subarray(range.startBytes, range.startBytes + range.lengthBytes);
}
