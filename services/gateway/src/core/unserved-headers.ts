/** Headers whose promise is not kept: who sends one is told so, and nothing is done without it. */
import { headerValue, type QueryParameters, type RequestHeaders, S3Error } from '@needlestack/s3-protocol';

/** Of writes: appending, tar files that are taken apart when they come, a range of a copy's source, conditions of time. */
const OF_WRITES: Readonly<Record<string, RegExp>> = {
  'x-amz-write-offset-bytes': /^/,
  'x-amz-meta-snowball-auto-extract': /^true$/i,
  'x-minio-extract': /^true$/i,
  'x-amz-copy-source-range': /^/,
  'if-modified-since': /^/,
  'if-unmodified-since': /^/,
};
const NAMES_OF_WRITES = Object.keys(OF_WRITES);

const refused = (name: string): S3Error => new S3Error('NotImplemented', { details: { Header: name } });

/** @throws S3Error `NotImplemented` */
export const refuseUnservedHeaders = (headers: RequestHeaders, query: QueryParameters): void => {
  for (const name of NAMES_OF_WRITES) {
    const value = headerValue(headers, name) ?? (query.entries.size === 0 ? undefined : hoistedValue(query, name));
    if (value !== undefined && OF_WRITES[name]?.test(value) === true) throw refused(name);
  }
};

/** Of a parameter that stands for a header, in whatever case. */
const hoistedValue = (query: QueryParameters, name: string): string | undefined => {
  if (!name.startsWith('x-')) return undefined;
  for (const [parameter, value] of query.entries) if (parameter.toLowerCase() === name) return value;
  return undefined;
};

/** Conditions of requests. */
export type ConditionHeader =
  | 'if-match'
  | 'if-none-match'
  | 'if-modified-since'
  | 'if-unmodified-since'
  | 'x-amz-if-match-initiated-time';

/** Refuses conditions that an operation does not know. @throws S3Error `NotImplemented` */
export const refuseConditions = (headers: RequestHeaders, names: readonly ConditionHeader[]): void => {
  for (const name of names) if (headers[name] !== undefined) throw refused(name);
};
