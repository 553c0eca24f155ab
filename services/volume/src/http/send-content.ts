import { randomBytes } from 'node:crypto';
import { formatContentDisposition } from './content-disposition.ts';
import type { NeedleExchange } from './needle-exchange.ts';
import { overrideHeaders } from './override-headers.ts';
import { type ByteRange, formatContentRange, readRangeHeader } from './range-header.ts';
import { sendBody } from './send-response.ts';
import { sniffContentType } from './sniff-content-type.ts';

const BOUNDARY_BYTES = 30;
const TRUE_TEXTS: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** What a read answers with, after all decoding. */
export interface Content {
  readonly data: Uint8Array;
  /** Empty for none. */
  readonly name: string;
  /** Undefined when only the data can tell. */
  readonly type: string | undefined;
}

/** Answers with the whole of a body or the ranges that the request names. HEAD has no ranges. */
export function sendContent(exchange: NeedleExchange, content: Content): void {
  const { range } = exchange.request.headers;
  describeContent(exchange, content);
  if (range === undefined || exchange.method === 'HEAD') {
    sendWhole(exchange, content);
    return;
  }
  const outcome = readRangeHeader(range, content.data.length);
  if (outcome.kind === 'invalid') sendInvalidRange(exchange);
  else if (outcome.kind === 'empty') sendBody(exchange, 200, '');
  else if (outcome.kind === 'whole') sendWhole(exchange, content);
  else sendRanges(exchange, outcome.ranges, content);
}

/** Type, name and what the query asks to be said instead. */
function describeContent(exchange: NeedleExchange, { name, type }: Content): void {
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

function sendWhole(exchange: NeedleExchange, { data }: Content): void {
  if (exchange.method !== 'HEAD') sniff(exchange, data);
  sendBody(exchange, 200, data);
}

/** A body of unknown type is looked at, unless it is encoded. */
function sniff({ headers }: NeedleExchange, body: Uint8Array): void {
  if (body.length === 0 || headers.has('Content-Type') || headers.has('Content-Encoding')) return;
  headers.add('Content-Type', sniffContentType(body));
}

function sendInvalidRange(exchange: NeedleExchange): void {
  exchange.headers.set('Content-Type', 'text/plain; charset=utf-8');
  exchange.headers.set('X-Content-Type-Options', 'nosniff');
  sendBody(exchange, 416, 'invalid range\n');
}

function sendRanges(exchange: NeedleExchange, ranges: readonly ByteRange[], { data }: Content): void {
  const [first, ...rest] = ranges;
  if (first !== undefined && rest.length === 0) {
    exchange.headers.add('Content-Range', formatContentRange(first, data.length));
    const body = slice(data, first);
    sniff(exchange, body);
    sendBody(exchange, 206, body);
    return;
  }
  const boundary = randomBytes(BOUNDARY_BYTES).toString('hex');
  const type = exchange.headers.get('Content-Type') ?? '';
  const pieces: Uint8Array[] = [];
  ranges.forEach((range, index) => {
    const head = `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Range: ${formatContentRange(range, data.length)}\r\nContent-Type: ${type}\r\n\r\n`;
    pieces.push(Buffer.from(head), slice(data, range));
  });
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`));
  exchange.headers.set('Content-Type', `multipart/byteranges; boundary=${boundary}`);
  sendBody(exchange, 206, Buffer.concat(pieces));
}

function slice(body: Uint8Array, { startBytes, lengthBytes }: ByteRange): Uint8Array {
  return body.subarray(startBytes, startBytes + lengthBytes);
}
