/** Conditions of reads and writes (s3.md rules 25 to 27). ETags here are bare, without quotes. */
import { S3Error } from '../error/s3-error.ts';
import { headerValue, type RequestHeaders } from '../sigv4/signable-request.ts';
import { parseHttpDate } from './http-date.ts';

export interface ReadConditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
}

/** The four condition headers, with a prefix for those about a copy's source. */
export const readConditions = (headers: RequestHeaders, prefix = ''): ReadConditions | undefined => {
  const ifMatch = headerValue(headers, `${prefix}if-match`);
  const ifNoneMatch = headerValue(headers, `${prefix}if-none-match`);
  const ifModifiedSince = headerValue(headers, `${prefix}if-modified-since`);
  const ifUnmodifiedSince = headerValue(headers, `${prefix}if-unmodified-since`);
  const isAsked = (ifMatch ?? ifNoneMatch ?? ifModifiedSince ?? ifUnmodifiedSince) !== undefined;
  return isAsked ? { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } : undefined;
};

/** Whether one of the listed ETags, quoted or bare, weak or strong, is this one; `*` matches all. */
export const matchesEtag = (list: string, etag: string): boolean => {
  for (const item of list.split(',')) {
    const candidate = bareEtag(item);
    if (candidate === '*' || candidate === etag) return true;
  }
  return false;
};

/** An ETag without quotes, white space and weakness. */
export const bareEtag = (text: string): string => {
  let bare = text.trim();
  if (bare.startsWith('W/')) bare = bare.slice(2);
  return bare.length >= 2 && bare.startsWith('"') && bare.endsWith('"') ? bare.slice(1, -1) : bare;
};

export type ReadDecision = 'proceed' | 'not-modified';

const failed = (condition: string): S3Error => new S3Error('PreconditionFailed', { details: { Condition: condition } });

/**
 * The conditions of GET and HEAD. A date that cannot be read is no condition.
 *
 * @param prefix of the headers, for the refusal that names one
 * @throws S3Error `PreconditionFailed`
 */
export const evaluateReadConditions = (
  conditions: ReadConditions,
  etag: string,
  lastModifiedMs: number,
  prefix = '',
): ReadDecision => {
  const modifiedSecond = Math.floor(lastModifiedMs / 1000);
  if (conditions.ifMatch !== undefined) {
    if (!matchesEtag(conditions.ifMatch, etag)) throw failed(`${prefix}If-Match`);
  } else if (conditions.ifUnmodifiedSince !== undefined) {
    const sinceMs = parseHttpDate(conditions.ifUnmodifiedSince);
    if (sinceMs !== undefined && modifiedSecond > Math.floor(sinceMs / 1000)) {
      throw failed(`${prefix}If-Unmodified-Since`);
    }
  }
  if (conditions.ifNoneMatch !== undefined) {
    return matchesEtag(conditions.ifNoneMatch, etag) ? 'not-modified' : 'proceed';
  }
  if (conditions.ifModifiedSince !== undefined) {
    const sinceMs = parseHttpDate(conditions.ifModifiedSince);
    if (sinceMs !== undefined && modifiedSecond <= Math.floor(sinceMs / 1000)) return 'not-modified';
  }
  return 'proceed';
};

/**
 * Whether a range may be answered under If-Range: only of the very bytes that the client has the beginning of. Weak ETags prove nothing of
 * bytes.
 */
export const holdsIfRange = (ifRange: string, etag: string, lastModifiedMs: number): boolean => {
  const validator = ifRange.trim();
  if (validator.startsWith('W/')) return false;
  if (bareEtag(validator) === etag) return true;
  const timeMs = parseHttpDate(validator);
  return timeMs !== undefined && Math.floor(timeMs / 1000) === Math.floor(lastModifiedMs / 1000);
};

/**
 * The same four about a copy's source, where every failure is 412.
 *
 * @throws S3Error `PreconditionFailed`
 */
export const evaluateCopySourceConditions = (
  conditions: ReadConditions,
  etag: string,
  lastModifiedMs: number,
): void => {
  if (evaluateReadConditions(conditions, etag, lastModifiedMs, 'x-amz-copy-source-') === 'proceed') return;
  throw failed(
    conditions.ifNoneMatch === undefined ? 'x-amz-copy-source-If-Modified-Since' : 'x-amz-copy-source-If-None-Match',
  );
};

export interface WriteCondition {
  readonly ifNoneMatch?: string;
  readonly ifMatch?: string;
}

/**
 * The condition of a write. Undefined when there is none.
 *
 * @param takesEtag whether If-None-Match may name an ETag, which AWS does not know
 * @throws S3Error `NotImplemented` for If-None-Match with anything else, or for both headers
 */
export const readWriteCondition = (headers: RequestHeaders, takesEtag = false): WriteCondition | undefined => {
  const ifMatch = headerValue(headers, 'if-match');
  const ifNoneMatch = headerValue(headers, 'if-none-match');
  if (ifNoneMatch === undefined) return ifMatch === undefined ? undefined : { ifMatch: bareEtag(ifMatch) };
  if (ifMatch !== undefined) throw new S3Error('NotImplemented', { details: { Header: 'If-Match' } });
  const etag = bareEtag(ifNoneMatch);
  if (etag !== '*' && !takesEtag) throw new S3Error('NotImplemented', { details: { Header: 'If-None-Match' } });
  return { ifNoneMatch: etag };
};
