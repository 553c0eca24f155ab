import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  crc32c,
  type FileId,
  isForever,
  MIME_BYTES_MAX,
  NAME_BYTES_MAX,
  NEEDLE_FLAG,
  type Needle,
  PAIRS_BYTES_MAX,
  parseTtl,
} from '@needlestack/needle-format';
import { readDispositionFileName } from './content-disposition.ts';
import { typeByExtension } from './content-type.ts';
import { HttpError } from './http-error.ts';
import { parseMultipartForm } from './multipart-form.ts';
import type { NeedleExchange } from './needle-exchange.ts';
import { extensionOf, lastPathPart } from './needle-path.ts';
import { readRequestBody } from './read-request-body.ts';
import { sniffContentType } from './sniff-content-type.ts';

/** A request body as the needle it asks for, and what the answer says about it. */
export interface Upload {
  readonly needle: Needle;
  readonly name: string;
  readonly mime: string;
  /** Before compression. */
  readonly sizeBytes: number;
  /** As the client sent it; empty when it sent none. */
  readonly contentMd5: string;
}

export interface UploadOptions {
  readonly fileSizeBytesMax: number;
  readonly nowMs: number;
}

interface RawUpload {
  readonly data: Buffer;
  readonly name: string;
  readonly mime: string;
  readonly gzipped: boolean;
  readonly contentMd5: string;
  readonly timestamp: string | undefined;
  readonly ttl: string | undefined;
}

const KEPT_WHEN_BELOW = 0.9;
const PAIR_PREFIX = 'seaweed-';
const OCTET_STREAM = 'application/octet-stream';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** @throws HttpError 400 */
export async function readUpload(exchange: NeedleExchange, fileId: FileId, options: UploadOptions): Promise<Upload> {
  const { request } = exchange;
  const body = await readRequestBody(request, options.fileSizeBytesMax);
  const contentType = request.headers['content-type'] ?? '';
  const isForm = request.method === 'POST' && (contentType === '' || contentType.includes('form-data'));
  const isManifest = exchange.parameter('cm') === 'true';
  const raw = isForm
    ? fromForm(contentType, body, isManifest)
    : fromBody(request, body, lastPathPart(exchange.pathText));
  if (raw.data.length > options.fileSizeBytesMax) throw tooLarge(options.fileSizeBytesMax);
  const plain = raw.gzipped ? await gunzipped(raw.data, options.fileSizeBytesMax) : raw.data;
  checkMd5(raw.contentMd5, plain);
  const mayCompress = !raw.gzipped && exchange.parameter('type') !== 'replicate';
  const packed = mayCompress ? await compressed(raw) : undefined;
  const needle = toNeedle(fileId, {
    ...raw,
    data: packed ?? raw.data,
    gzipped: raw.gzipped || packed !== undefined,
    isManifest,
    pairs: readPairs(request),
    lastModifiedSeconds: readTimestamp(exchange.parameter('ts') ?? raw.timestamp, options.nowMs),
    ttlText: exchange.parameter('ttl') ?? raw.ttl ?? '',
  });
  return { needle, name: raw.name, mime: raw.mime, sizeBytes: plain.length, contentMd5: raw.contentMd5 };
}

function fromForm(contentType: string, body: Buffer, isManifest: boolean): RawUpload {
  const parts = parseMultipartForm(contentType === '' ? 'none' : contentType, body);
  const file =
    parts.find(({ fileName }) => fileName !== undefined && fileName !== '') ??
    parts.find(({ fileName }) => fileName !== undefined) ??
    parts[0];
  if (file === undefined) throw new HttpError(400, 'multipart: NextPart: EOF');
  const textOf = (name: string): string | undefined =>
    parts.find((part) => part.fieldName === name && part.fileName === undefined)?.data.toString();
  const name = file.fileName ?? '';
  const given = file.headers.get('content-type') ?? '';
  const mime = given === OCTET_STREAM ? '' : given === '' ? (typeByExtension(extensionOf(name)) ?? '') : given;
  return {
    data: file.data,
    name,
    mime: isManifest ? '' : mime,
    gzipped: file.headers.get('content-encoding') === 'gzip',
    contentMd5: file.headers.get('content-md5') ?? '',
    timestamp: textOf('ts'),
    ttl: textOf('ttl'),
  };
}

function fromBody({ headers }: IncomingMessage, body: Buffer, pathName: string): RawUpload {
  const disposition = headers['content-disposition'];
  const md5 = headers['content-md5'];
  return {
    data: body,
    name: (disposition === undefined ? undefined : readDispositionFileName(disposition)) ?? pathName,
    mime: headers['content-type'] ?? '',
    gzipped: headers['content-encoding'] === 'gzip',
    contentMd5: typeof md5 === 'string' ? md5 : '',
    timestamp: undefined,
    ttl: undefined,
  };
}

async function gunzipped(data: Buffer, maxOutputLength: number): Promise<Buffer> {
  try {
    return await decompress(data, { maxOutputLength });
  } catch (error) {
    throw new HttpError(400, `body is not gzip: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
}

async function compressed({ data, mime }: RawUpload): Promise<Buffer | undefined> {
  const type = mime === '' ? sniffContentType(data) : mime;
  if (data.length === 0 || !isCompressible(type.split(';')[0]?.trim() ?? '')) return undefined;
  const packed = await compress(data);
  return packed.length < data.length * KEPT_WHEN_BELOW ? packed : undefined;
}

function checkMd5(given: string, data: Buffer): void {
  if (given === '') return;
  const computed = createHash('md5').update(data).digest('base64');
  if (computed === given) return;
  throw new HttpError(
    400,
    `Content-MD5 did not match md5 of file data expected [${given}] received [${computed}] size ${data.length}`,
  );
}

interface NeedleParts extends RawUpload {
  readonly isManifest: boolean;
  readonly pairs: Buffer | undefined;
  readonly lastModifiedSeconds: number;
  readonly ttlText: string;
}

/** Name, type and time are flagged always, also when empty, as in every needle that came by HTTP. */
function toNeedle(fileId: FileId, parts: NeedleParts): Needle {
  const name = Buffer.from(parts.name);
  const mime = Buffer.from(parts.mime);
  const ttl = parseTtl(parts.ttlText);
  let flags: number = NEEDLE_FLAG.hasLastModified;
  if (name.length <= NAME_BYTES_MAX) flags |= NEEDLE_FLAG.hasName;
  if (mime.length <= MIME_BYTES_MAX) flags |= NEEDLE_FLAG.hasMime;
  if (parts.gzipped) flags |= NEEDLE_FLAG.compressed;
  if (parts.isManifest) flags |= NEEDLE_FLAG.chunkManifest;
  if (!isForever(ttl)) flags |= NEEDLE_FLAG.hasTtl;
  if (parts.pairs !== undefined) flags |= NEEDLE_FLAG.hasPairs;
  return {
    id: fileId.key,
    cookie: fileId.cookie,
    data: parts.data,
    flags,
    name,
    mime,
    lastModifiedSeconds: parts.lastModifiedSeconds,
    ttl: isForever(ttl) ? undefined : ttl,
    pairs: parts.pairs,
    checksum: crc32c(parts.data),
    appendAtNs: 0n,
  };
}

/** Headers with the prefix, as JSON in the order of their names. */
function readPairs({ headersDistinct }: IncomingMessage): Buffer | undefined {
  const pairs: [string, string][] = [];
  for (const [name, values] of Object.entries(headersDistinct)) {
    if (name.startsWith(PAIR_PREFIX)) pairs.push([canonicalName(name.slice(PAIR_PREFIX.length)), values?.[0] ?? '']);
  }
  if (pairs.length === 0) return undefined;
  pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  const json = JSON.stringify(Object.fromEntries(pairs)).replace(/[<>&]/g, (c) => escapes[c] ?? c);
  const bytes = Buffer.from(json);
  return bytes.length <= PAIRS_BYTES_MAX ? bytes : undefined;
}

function canonicalName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

function readTimestamp(text: string | undefined, nowMs: number): number {
  const seconds = text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : 0;
  return seconds > 0 ? seconds : Math.floor(nowMs / 1000);
}

export function tooLarge(bytesMax: number): HttpError {
  return new HttpError(400, `file over the limited ${bytesMax} bytes`);
}

/** Whether stored bytes of this type are worth compressing. */
function isCompressible(type: string): boolean {
  if (type.startsWith('text/')) return true;
  if (type.startsWith('application/')) return type.endsWith('xml') || type.endsWith('script');
  return type === 'audio/wave' || type === 'audio/wav' || type === 'audio/x-wav';
}
