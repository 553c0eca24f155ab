import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import {
  bareEtag,
  CHECKSUM_ALGORITHMS,
  checksumHeader,
  computeChecksum,
  decodeHeaderText,
  encodeHeaderText,
  isWellFormedChecksum,
  parseHttpDate,
} from '@needlestack/s3-protocol';
import type { ObjectAttributes, ObjectChecksum, ObjectStat, WriteCondition, WriteOptions } from '../object-storage.ts';
import { ObjectStorageError } from '../object-storage-error.ts';
import type { Asked } from './http-connections.ts';

const METADATA_PREFIX = 'x-amz-meta-';
/** Metadata that tells our own conditional write from another's. */
export const NONCE_METADATA = 'needlestack-write';

const ATTRIBUTE_HEADERS = {
  contentType: 'content-type',
  contentEncoding: 'content-encoding',
  contentLanguage: 'content-language',
  contentDisposition: 'content-disposition',
  cacheControl: 'cache-control',
} as const;
const ATTRIBUTE_NAMES = Object.keys(ATTRIBUTE_HEADERS) as (keyof typeof ATTRIBUTE_HEADERS)[];

/** An ETag with the quotes that it has on the wire; nothing else adds them. */
export function quoteEtag(etag: string): string {
  return `"${etag}"`;
}

/** What the headers of an answer say about its object. */
export function readStat(headers: IncomingHttpHeaders): ObjectStat {
  return {
    sizeBytes: Number(headers['content-length'] ?? 0),
    etag: bareEtag(headers.etag ?? ''),
    modifiedAtMs: parseHttpDate(headers['last-modified'] ?? '') ?? 0,
    checksum: readChecksum(headers),
    attributes: readAttributes(headers),
  };
}

/** The same of an answer that must be about an object. @throws ObjectStorageError `backend` when no store wrote it */
export function requireStat({ statusCode = 0, headers }: IncomingMessage, asked: Asked): ObjectStat {
  const stat = readStat(headers);
  if (headers['content-length'] !== undefined && stat.etag !== '') return stat;
  const type = headers['content-type'] ?? 'no content type';
  const message = `${statusCode} without length or ETag (${type}); is this a store?`;
  throw new ObjectStorageError('backend', message, { ...asked, status: statusCode });
}

/** Our own mark of a conditional write, if the object has one. */
export function readNonce(headers: IncomingHttpHeaders): string | undefined {
  const nonce = headers[METADATA_PREFIX + NONCE_METADATA];
  return typeof nonce === 'string' ? nonce : undefined;
}

/** The headers of a write. */
export function writeHeaders({ attributes = {}, storageClass }: WriteOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of ATTRIBUTE_NAMES) {
    const value = attributes[name];
    if (value !== undefined) headers[ATTRIBUTE_HEADERS[name]] = encodeHeaderText(value);
  }
  for (const [name, value] of Object.entries(attributes.metadata ?? {})) {
    headers[METADATA_PREFIX + name.toLowerCase()] = encodeHeaderText(value);
  }
  if (storageClass !== undefined && storageClass !== '') headers['x-amz-storage-class'] = storageClass;
  return headers;
}

/** The headers that make a write conditional; undefined asks for none. */
export function conditionHeaders(condition: WriteCondition | undefined): Record<string, string> {
  if (condition === undefined) return {};
  return condition.kind === 'absent' ? { 'if-none-match': '*' } : { 'if-match': quoteEtag(condition.etag) };
}

/** CRC32C of a body, base64, which the store compares with what arrives. */
export function crc32cOf(bytes: Uint8Array): string {
  return computeChecksum('CRC32C', bytes);
}

function readChecksum(headers: IncomingHttpHeaders): ObjectChecksum | undefined {
  if (headers['x-amz-checksum-type'] === 'COMPOSITE') return undefined;
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = headers[checksumHeader(algorithm)];
    // One of parts ends in their number and is not well-formed as one of bytes.
    if (typeof value === 'string' && isWellFormedChecksum(algorithm, value)) return { algorithm, value };
  }
  return undefined;
}

function readAttributes(headers: IncomingHttpHeaders): ObjectAttributes {
  const attributes: { -readonly [Name in keyof ObjectAttributes]: ObjectAttributes[Name] } = {};
  for (const name of ATTRIBUTE_NAMES) {
    const value = headers[ATTRIBUTE_HEADERS[name]];
    if (value !== undefined) attributes[name] = decodeHeaderText(value);
  }
  let metadata: Record<string, string> | undefined;
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith(METADATA_PREFIX) || typeof value !== 'string') continue;
    const name = header.slice(METADATA_PREFIX.length);
    if (name === NONCE_METADATA) continue;
    metadata ??= {};
    metadata[name] = decodeHeaderText(value);
  }
  if (metadata !== undefined) attributes.metadata = metadata;
  return attributes;
}
