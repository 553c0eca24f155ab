/** What a PUT says about the object beside its bytes. What is asked for and not done is refused, never ignored. */
import {
  decodeHeaderText,
  headerValue,
  invalidArgument,
  type QueryParameters,
  type RequestHeaders,
  readTaggingHeader,
  readUserMetadata,
  S3Error,
  type SignableRequest,
  storedContentEncoding,
  type Tags,
} from '@needlestack/s3-protocol';
import { refuseUnservedHeaders } from './unserved-headers.ts';

export interface ObjectAttributes {
  readonly systemHeaders: Readonly<Record<string, string>>;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly storageClass: string;
  /** Absent when there are none. */
  readonly tags?: Tags;
}

const SYSTEM_HEADERS = [
  'cache-control',
  'content-disposition',
  'content-language',
  'content-type',
  'expires',
  'x-amz-website-redirect-location',
] as const;

export const DEFAULT_CONTENT_TYPE = 'binary/octet-stream';

/** @throws S3Error `NotImplemented`, `InvalidArgument`, `InvalidStorageClass`, `InvalidTag`, `MetadataTooLarge` */
export const readObjectAttributes = (request: SignableRequest, query: QueryParameters): ObjectAttributes => {
  const { headers } = request;
  refuseUnservedHeaders(headers, query);
  const systemHeaders: Record<string, string> = {};
  for (const name of SYSTEM_HEADERS) {
    const value = headerValue(headers, name);
    if (value !== undefined) systemHeaders[name] = value;
  }
  const encoding = storedContentEncoding(headerValue(headers, 'content-encoding'));
  if (encoding !== undefined) systemHeaders['content-encoding'] = encoding;
  systemHeaders['content-type'] ??= DEFAULT_CONTENT_TYPE;
  checkRedirect(systemHeaders['x-amz-website-redirect-location']);
  const tags = readTaggingHeader(headers, query);
  return {
    systemHeaders,
    userMetadata: readUserMetadata(request, query),
    storageClass: readStorageClass(headers, query),
    ...(tags === undefined ? undefined : { tags }),
  };
};

/** @throws S3Error `InvalidRedirectLocation` */
const checkRedirect = (location: string | undefined): void => {
  if (location === undefined || /^(?:https?:\/\/|\/)/.test(location)) return;
  throw new S3Error('InvalidRedirectLocation');
};

const ONLINE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
]);
const ARCHIVE_CLASSES = new Set(['GLACIER', 'DEEP_ARCHIVE', 'SNOW', 'OUTPOSTS', 'EXPRESS_ONEZONE']);

const readStorageClass = (headers: RequestHeaders, query: QueryParameters): string => {
  const name = headerValue(headers, 'x-amz-storage-class') ?? query.get('x-amz-storage-class') ?? 'STANDARD';
  if (ONLINE_CLASSES.has(name)) return name;
  if (ARCHIVE_CLASSES.has(name)) throw new S3Error('NotImplemented', { details: { Header: 'x-amz-storage-class' } });
  throw new S3Error('InvalidStorageClass', { details: { StorageClassRequested: decodeHeaderText(name) } });
};

/**
 * A directive of a copy: keep what the source has or take what the request says.
 *
 * @throws S3Error `InvalidArgument`
 */
export const readCopyDirective = (headers: RequestHeaders, what: 'metadata' | 'tagging'): 'COPY' | 'REPLACE' => {
  const name = `x-amz-${what}-directive`;
  const text = headerValue(headers, name) ?? 'COPY';
  if (text === 'COPY' || text === 'REPLACE') return text;
  throw invalidArgument(`Unknown ${what} directive.`, name, text);
};
