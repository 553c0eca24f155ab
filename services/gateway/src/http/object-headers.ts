import {
  checksumHeader,
  encodeHeaderText,
  formatHttpDate,
  formatXmlTime,
  type QueryParameters,
  S3Error,
} from '@needlestack/s3-protocol';
import type { ObjectLock, ObjectVersion, RestoreState } from '@needlestack/service-contracts';
import type { ObjectReadPlan } from '../core/plan-object-read.ts';

/** Names as S3 spells them in answers. */
const SPELLING: Readonly<Record<string, string>> = {
  'cache-control': 'Cache-Control',
  'content-disposition': 'Content-Disposition',
  'content-encoding': 'Content-Encoding',
  'content-language': 'Content-Language',
  'content-type': 'Content-Type',
  expires: 'Expires',
  'x-amz-website-redirect-location': 'x-amz-website-redirect-location',
};

const OVERRIDES: Readonly<Record<string, string>> = {
  'response-cache-control': 'cache-control',
  'response-content-disposition': 'content-disposition',
  'response-content-encoding': 'content-encoding',
  'response-content-language': 'content-language',
  'response-content-type': 'content-type',
  'response-expires': 'expires',
};

/** ETag and Last-Modified: what a 304 carries too. */
export const pushValidators = (headers: string[], version: ObjectVersion): void => {
  headers.push('ETag', `"${version.etag}"`, 'Last-Modified', formatHttpDate(version.lastModifiedMs));
};

/**
 * Everything that GET and HEAD say of an object but length, range and checksums.
 *
 * @param showsNullId whether a version without id is called `null`: in buckets that know versions, and where the request named it so
 */
export const pushObjectHeaders = (
  headers: string[],
  version: ObjectVersion,
  query: QueryParameters,
  showsNullId: boolean,
): void => {
  pushValidators(headers, version);
  headers.push('Accept-Ranges', 'bytes');
  if (query.entries.size === 0) pushSystemHeaders(headers, version.systemHeaders);
  else pushSystemHeaders(headers, overrideHeaders(version.systemHeaders, query));
  const { userMetadata } = version;
  for (const name in userMetadata) headers.push(`x-amz-meta-${name}`, encodeHeaderText(userMetadata[name] ?? ''));
  if (version.storageClass !== undefined && version.storageClass !== 'STANDARD') {
    headers.push('x-amz-storage-class', version.storageClass);
  }
  if (version.tags !== undefined) pushTagCount(headers, version.tags);
  if (version.lock !== undefined) pushLock(headers, version.lock);
  if (version.restore !== undefined) pushRestore(headers, version.restore);
  if (version.versionId !== 'null' || showsNullId) headers.push('x-amz-version-id', version.versionId);
};

/**
 * The version that an answer is about. That of a bucket without versioning has no id to be told, unless the request named it.
 *
 * @param asked versionId of the request
 */
export const pushVersionId = (headers: string[], versionId: string, asked: string | undefined): void => {
  if (versionId !== 'null' || asked !== undefined) headers.push('x-amz-version-id', versionId);
};

const pushTagCount = (headers: string[], tags: Readonly<Record<string, string>>): void => {
  const count = Object.keys(tags).length;
  if (count > 0) headers.push('x-amz-tagging-count', String(count));
};

const pushLock = (headers: string[], lock: ObjectLock): void => {
  if (lock.mode !== undefined && lock.retainUntilMs !== undefined) {
    headers.push('x-amz-object-lock-mode', lock.mode);
    headers.push('x-amz-object-lock-retain-until-date', formatXmlTime(lock.retainUntilMs));
  }
  if (lock.legalHold !== undefined) headers.push('x-amz-object-lock-legal-hold', lock.legalHold ? 'ON' : 'OFF');
};

const pushRestore = (headers: string[], { isOngoing, expiresAtMs }: RestoreState): void => {
  const expiry = expiresAtMs === undefined ? '' : `, expiry-date="${formatHttpDate(expiresAtMs)}"`;
  headers.push('x-amz-restore', `ongoing-request="${isOngoing}"${expiry}`);
};

const pushSystemHeaders = (headers: string[], systemHeaders: Readonly<Record<string, string>>): void => {
  for (const name in systemHeaders) headers.push(SPELLING[name] ?? name, systemHeaders[name] ?? '');
};

const overrideHeaders = (
  systemHeaders: Readonly<Record<string, string>>,
  query: QueryParameters,
): Readonly<Record<string, string>> => {
  let overridden = systemHeaders;
  for (const [parameter, header] of Object.entries(OVERRIDES)) {
    const value = query.get(parameter);
    if (value === undefined) continue;
    if (overridden === systemHeaders) overridden = { ...systemHeaders };
    // Text of a parameter may be any UTF-8; a header value is bytes.
    (overridden as Record<string, string>)[header] = Buffer.from(value).toString('latin1').replace(LINE_BREAKS, ' ');
  }
  return overridden;
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: a control character in a header would end it
const LINE_BREAKS = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

/** Anyone may ask for an object, but only who signs may say how it is shown. @throws S3Error `InvalidRequest` */
export const refuseOverrides = (query: QueryParameters): void => {
  for (const name of query.entries.keys()) {
    if (!Object.hasOwn(OVERRIDES, name)) continue;
    throw new S3Error('InvalidRequest', {
      message: 'Request specific response headers cannot be used for anonymous GET requests.',
    });
  }
};

/** The checksum of what is read: of the whole, or of one part. A partial range has none (s3.md rule 24). */
export const pushReadChecksum = (
  headers: string[],
  { checksum, sizeBytes }: ObjectVersion,
  { lengthBytes, partsCount, partChecksum }: Pick<ObjectReadPlan, 'lengthBytes' | 'partsCount' | 'partChecksum'>,
): void => {
  if (checksum === undefined) return;
  const isWhole = lengthBytes === sizeBytes && partsCount === undefined;
  const value = isWhole ? checksum.value : partChecksum;
  if (value === undefined) return;
  headers.push(checksumHeader(checksum.algorithm), value, 'x-amz-checksum-type', checksum.type);
};
