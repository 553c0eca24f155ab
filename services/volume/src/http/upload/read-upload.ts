import { createHash } from 'node:crypto';
import {
  crc32c,
  type FileId,
  isForever,
  MIME_BYTES_MAX,
  NAME_BYTES_MAX,
  NEEDLE_FLAG,
  type Needle,
  parseTtl,
} from '@needlestack/needle-format';
import { cleanFileName, readDispositionName } from '../download/content-disposition.ts';
import { typeByExtension } from '../download/content-type.ts';
import { readPairs } from '../download/stored-pairs.ts';
import { uprightJpeg } from '../download/transform-image.ts';
import { HttpError } from '../http-error.ts';
import type { NeedleExchange } from '../needle-exchange.ts';
import { lastPathPart } from '../needle-path.ts';
import { foldUpload, unfoldUpload } from './compress-upload.ts';
import { type FormPart, parseMultipartForm } from './multipart-form.ts';
import { readRequestBody } from './read-request-body.ts';

/** A request body as the needle it asks for, and what the answer says about it. */
export interface Upload {
  readonly needle: Needle;
  /** The body of the request; the needle's data may be a part of it. */
  readonly body: Buffer;
  readonly name: string;
  readonly mime: string;
  /** Before compression. */
  readonly sizeBytes: number;
  /** As the client sent it; empty when it sent none. */
  readonly contentMd5: string;
}

export interface UploadOptions {
  readonly fileSizeBytesMax: number;
  readonly fixesJpegOrientation: boolean;
  readonly nowMs: number;
}

interface RawUpload {
  readonly data: Buffer;
  readonly name: string;
  readonly mime: string;
  /** The data is a gzip stream. */
  readonly isFolded: boolean;
  readonly contentMd5: string;
  /** Text fields of a form, which stand in for parameters of the query. */
  readonly timestamp: string | undefined;
  readonly ttl: string | undefined;
}

const OCTET_STREAM = 'application/octet-stream';
const TRUE_TEXTS: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/** @throws HttpError 400 */
export async function readUpload(exchange: NeedleExchange, fileId: FileId, options: UploadOptions): Promise<Upload> {
  exchange.letBodyCome();
  const body = await readRequestBody(exchange.request, options.fileSizeBytesMax);
  const isManifest = TRUE_TEXTS.has(exchange.parameter('cm') ?? '');
  const raw = isForm(exchange) ? fromForm(exchange, body, isManifest) : fromBody(exchange, body, isManifest);
  if (raw.data.length > options.fileSizeBytesMax) throw tooLarge(options.fileSizeBytesMax);
  const plain = raw.isFolded ? await unfoldUpload(raw.data, options.fileSizeBytesMax) : raw.data;
  if (raw.contentMd5 !== '') checkMd5(raw.contentMd5, plain);
  // Another server has decided already how it wants to keep the data.
  const mayFold = !raw.isFolded && exchange.parameter('type') !== 'replicate';
  const folding = mayFold ? foldUpload(raw) : undefined;
  const folded = folding === undefined ? undefined : await folding;
  const data = options.fixesJpegOrientation && isJpeg(raw) ? await uprightJpeg(raw.data) : (folded ?? raw.data);
  const needle = toNeedle(fileId, {
    data,
    name: raw.name,
    mime: raw.mime,
    isFolded: raw.isFolded || folded !== undefined,
    isManifest,
    pairs: readPairs(exchange.request),
    lastModifiedSeconds: readTimestamp(exchange.parameter('ts') ?? raw.timestamp, options.nowMs),
    ttlText: exchange.parameter('ttl') ?? raw.ttl ?? '',
  });
  return { needle, body, name: raw.name, mime: raw.mime, sizeBytes: plain.length, contentMd5: raw.contentMd5 };
}

export function tooLarge(bytesMax: number): HttpError {
  return new HttpError(400, `file over the limited ${bytesMax} bytes`);
}

function isForm({ method, request }: NeedleExchange): boolean {
  if (method !== 'POST') return false;
  const type = request.headers['content-type'] ?? '';
  return type === '' || type.includes('form-data');
}

function fromForm({ request }: NeedleExchange, body: Buffer, isManifest: boolean): RawUpload {
  const { headers } = request;
  const parts = parseMultipartForm(headers['content-type'] ?? '', body);
  const file = findFile(parts);
  const textOf = (name: string): string | undefined =>
    parts.find((part) => part !== file && part.fieldName === name && part.fileName === undefined)?.data.toString();
  const name = cleanFileName(file.fileName ?? '');
  const given = file.headers.get('content-type') ?? '';
  return {
    data: file.data,
    name,
    mime: isManifest ? '' : given === '' || given === OCTET_STREAM ? (typeByName(name) ?? '') : given,
    isFolded: file.headers.get('content-encoding') === 'gzip',
    contentMd5: textHeader(headers['content-md5']) || (file.headers.get('content-md5') ?? ''),
    timestamp: textOf('ts'),
    ttl: textOf('ttl'),
  };
}

/** The first part, unless it has no file name and a later one has. */
function findFile(parts: readonly FormPart[]): FormPart {
  const file = parts.find(({ fileName }) => fileName !== undefined && fileName !== '') ?? parts[0];
  if (file === undefined) throw new HttpError(400, 'multipart: NextPart: EOF');
  return file;
}

/** A raw body keeps the type that it came with, also one that says nothing. */
function fromBody({ request, pathText }: NeedleExchange, body: Buffer, isManifest: boolean): RawUpload {
  const { headers } = request;
  const disposition = headers['content-disposition'];
  const given = disposition === undefined ? '' : cleanFileName(readDispositionName(disposition) ?? '');
  const name = given === '' ? lastPathPart(pathText) : given;
  const mime = headers['content-type'] ?? '';
  return {
    data: body,
    name,
    mime: mime === '' && !isManifest ? (typeByName(name) ?? '') : mime,
    isFolded: headers['content-encoding'] === 'gzip',
    contentMd5: textHeader(headers['content-md5']),
    timestamp: undefined,
    ttl: undefined,
  };
}

function typeByName(name: string): string | undefined {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? typeByExtension(name.slice(dot)) : undefined;
}

function isJpeg({ name, mime }: RawUpload): boolean {
  return mime === 'image/jpeg' || /\.jpe?g$/i.test(name);
}

function checkMd5(given: string, data: Buffer): void {
  const computed = createHash('md5').update(data).digest('base64');
  if (computed === given) return;
  throw new HttpError(
    400,
    `Content-MD5 did not match md5 of file data expected [${given}] received [${computed}] size ${data.length}`,
  );
}

interface NeedleParts {
  readonly data: Uint8Array;
  readonly name: string;
  readonly mime: string;
  readonly isFolded: boolean;
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
  if (parts.isFolded) flags |= NEEDLE_FLAG.compressed;
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

function readTimestamp(text: string | undefined, nowMs: number): number {
  const seconds = text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : 0;
  return seconds > 0 ? seconds : Math.floor(nowMs / 1000);
}

function textHeader(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}
