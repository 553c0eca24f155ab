/** Header names in lower case, as node:http gives them; repeated ones joined by ", ". Values are latin1. */
export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What a signature covers, as it came over the wire. */
export interface SignableRequest {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  /** Name, value, name, value as received; needed to join repeated headers as the signer did. */
  readonly rawHeaders?: readonly string[];
}

/** The value of a header that may be repeated, or undefined. */
export const headerValue = (headers: RequestHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

/**
 * A header as S3 joins repeated ones: with a comma alone. The parser joined them with ", ", which one value may hold as well; only
 * the raw list tells the two apart.
 */
export const joinRepeatedHeader = (
  given: string | readonly string[],
  name: string,
  rawHeaders: readonly string[] | undefined,
): string => {
  const value = typeof given === 'string' ? given : given.join(',');
  if (rawHeaders === undefined || !value.includes(', ')) return value;
  let joined: string | undefined;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() !== name) continue;
    const one = rawHeaders[index + 1]?.trim() ?? '';
    joined = joined === undefined ? one : `${joined},${one}`;
  }
  return joined ?? value;
};
