import {
  encodeUriComponent,
  type FormFields,
  invalidArgument,
  isHeaderName,
  isHeaderValue,
  MAX_OBJECT_TAGS,
  parseTagging,
  type RequestHeaders,
} from '@needlestack/s3-protocol';

/** Fields that are called otherwise as headers. */
const HEADER_NAMES: Readonly<Record<string, string>> = { acl: 'x-amz-acl' };
const SYSTEM_FIELDS: ReadonlySet<string> = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'content-type',
  'expires',
]);

/**
 * What the form says of the object, as the headers of a PUT that says the same. Header values are latin1 text of UTF-8 bytes, as the HTTP parser
 * gives them.
 *
 * @param own headers of the request that are about the client
 * @throws S3Error `MalformedXML`, `InvalidTag`, `InvalidArgument` for what HTTP takes for no header
 */
export const headersOfForm = (fields: FormFields, own: RequestHeaders): RequestHeaders => {
  const headers: Record<string, string | string[] | undefined> = {
    'user-agent': own['user-agent'],
    'x-forwarded-proto': own['x-forwarded-proto'],
    'x-forwarded-for': own['x-forwarded-for'],
    referer: own.referer,
  };
  for (const [name, value] of fields) {
    const header = Object.hasOwn(HEADER_NAMES, name) ? HEADER_NAMES[name] : name;
    if (header === undefined || !(header.startsWith('x-amz-') || SYSTEM_FIELDS.has(header))) continue;
    if (!isHeaderName(header) || !isHeaderValue(header, value))
      throw invalidArgument('This is no header.', name, value);
    headers[header] = Buffer.from(value).toString('latin1');
  }
  const tagging = fields.get('tagging');
  if (tagging !== undefined) headers['x-amz-tagging'] = taggingHeader(tagging);
  return headers;
};

const taggingHeader = (document: string): string =>
  Object.entries(parseTagging(Buffer.from(document), MAX_OBJECT_TAGS))
    .map(([key, value]) => `${encodeUriComponent(key)}=${encodeUriComponent(value)}`)
    .join('&');
