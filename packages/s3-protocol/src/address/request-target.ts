/**
 * The request target, as sent. It is never read as a URL of the browser's kind: such a parser folds dot segments, turns `\` into
 * `/` and reads `//b/key` as host `b` (s3.md rule 1).
 */
import { S3Error } from '../error/s3-error.ts';
import { decodeUriComponent } from './uri-encoding.ts';

export interface RequestTarget {
  /** Path, still encoded, from the first `/` to the first `?`. */
  readonly rawPath: string;
  /** After the first `?`, still encoded, without it. Empty when there is none. */
  readonly rawQuery: string;
}

/**
 * Splits at the first `?`. The absolute form (`GET http://host/path`) that proxies send loses scheme and authority.
 *
 * @throws S3Error `InvalidURI` when it is neither a path nor an absolute form
 */
export const parseRequestTarget = (target: string): RequestTarget => {
  let start = 0;
  if (target.charCodeAt(0) !== 0x2f) {
    start = pathStartOfAbsoluteForm(target);
  }
  const question = target.indexOf('?', start);
  if (question < 0) return { rawPath: start === 0 ? target : target.slice(start) || '/', rawQuery: '' };
  return { rawPath: target.slice(start, question) || '/', rawQuery: target.slice(question + 1) };
};

const ABSOLUTE_FORM = /^https?:\/\/[^/?]*/i;

const pathStartOfAbsoluteForm = (target: string): number => {
  const match = ABSOLUTE_FORM.exec(target);
  if (match === null) throw new S3Error('InvalidURI', { details: { URI: target } });
  return match[0].length;
};

/** Decoded query parameters in the order sent; a name without `=` has the value `''` and stands in `bare`. */
export interface QueryParameters {
  get(name: string): string | undefined;
  has(name: string): boolean;
  /** Names that came without `=`. */
  readonly bare: readonly string[];
  readonly entries: ReadonlyMap<string, string>;
}

const EMPTY_MAP: ReadonlyMap<string, string> = new Map();
const EMPTY_QUERY: QueryParameters = {
  get: () => undefined,
  has: () => false,
  bare: [],
  entries: EMPTY_MAP,
};

/**
 * Decodes the query; the first of repeated names wins. `+` is a literal plus (s3.md rule 2).
 *
 * @throws S3Error `InvalidURI`
 */
export const parseQuery = (rawQuery: string): QueryParameters => {
  if (rawQuery === '') return EMPTY_QUERY;
  const entries = new Map<string, string>();
  const bare: string[] = [];
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeUriComponent(equals < 0 ? pair : pair.slice(0, equals));
    if (entries.has(name)) continue;
    entries.set(name, equals < 0 ? '' : decodeUriComponent(pair.slice(equals + 1)));
    if (equals < 0) bare.push(name);
  }
  return { get: (name) => entries.get(name), has: (name) => entries.has(name), bare, entries };
};
