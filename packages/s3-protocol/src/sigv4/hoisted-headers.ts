import type { QueryParameters } from '../address/request-target.ts';
import { invalidArgument } from '../error/s3-error.ts';
import { isHeaderName, isHeaderValue } from '../metadata/header-name.ts';
import type { RequestHeaders } from './signable-request.ts';

const PREFIX = 'x-amz-';

/** Parameters that say something of the signature and nothing of the request. */
const OF_SIGNATURE: ReadonlySet<string> = new Set(
  `x-amz-algorithm x-amz-content-sha256 x-amz-credential x-amz-date x-amz-expires x-amz-region-set x-amz-security-token x-amz-signature
  x-amz-signedheaders`.split(/\s+/),
);

/** The parameter as a header's name, or undefined when it is none that clients move from the headers into the query of a URL. */
export const hoistedHeaderName = (parameter: string): string | undefined => {
  const first = parameter.charCodeAt(0);
  if (first !== 0x78 && first !== 0x58) return undefined;
  const name = parameter.toLowerCase();
  return name.startsWith(PREFIX) ? name : undefined;
};

/**
 * The headers of a request together with those that its query stands in for: clients move x-amz-* headers into URLs that they presign
 * (s3.md rule 13). A header that was sent counts before a parameter. User metadata is left where it is.
 *
 * @returns `headers` itself when there is nothing to add
 * @throws S3Error `InvalidArgument` for a value that no header can have
 */
export const withHoistedHeaders = (headers: RequestHeaders, query: QueryParameters): RequestHeaders => {
  let all: Record<string, string | string[] | undefined> | undefined;
  for (const [parameter, value] of query.entries) {
    const name = hoistedHeaderName(parameter);
    if (name === undefined || OF_SIGNATURE.has(name) || name.startsWith('x-amz-meta-')) continue;
    if ((all ?? headers)[name] !== undefined) continue;
    if (!isHeaderName(name) || !isHeaderValue(name, value))
      throw invalidArgument('This is no header.', parameter, value);
    all ??= { ...headers };
    all[name] = Buffer.from(value).toString('latin1');
  }
  return all ?? headers;
};
