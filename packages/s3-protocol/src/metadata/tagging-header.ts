import type { QueryParameters } from '../address/request-target.ts';
import { decodeUriComponent } from '../address/uri-encoding.ts';
import { collectTags, type Tag, type Tags } from '../configuration/tag-set.ts';
import { invalidArgument } from '../error/s3-error.ts';
import { MAX_OBJECT_TAGS } from '../limits.ts';
import { headerValue, type RequestHeaders } from '../sigv4/signable-request.ts';

const HEADER = 'x-amz-tagging';

/**
 * x-amz-tagging: tags in the form of a query, also where SDKs hoist it into the query. Undefined when there is none or it is empty.
 *
 * @throws S3Error `InvalidArgument` when it is not of that form, or names a key twice or none; `InvalidTag`
 */
export const readTaggingHeader = (headers: RequestHeaders, query: QueryParameters): Tags | undefined => {
  const text = headerValue(headers, HEADER) ?? query.get(HEADER);
  if (text === undefined || text === '') return undefined;
  const list: Tag[] = [];
  const keys = new Set<string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const key = decode(equals < 0 ? pair : pair.slice(0, equals), text);
    if (key === '' || keys.has(key)) throw notAQuery(text);
    keys.add(key);
    list.push({ key, value: equals < 0 ? '' : decode(pair.slice(equals + 1), text) });
  }
  return list.length === 0 ? undefined : collectTags(list, MAX_OBJECT_TAGS);
};

/** A form's encoding, where a plus is a space. */
const decode = (text: string, whole: string): string => {
  try {
    return decodeUriComponent(text.replaceAll('+', ' '));
  } catch {
    throw notAQuery(whole);
  }
};

const notAQuery = (text: string): Error =>
  invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    HEADER,
    text,
  );
