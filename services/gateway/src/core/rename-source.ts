import {
  decodeUriComponent,
  headerValue,
  invalidArgument,
  type RequestHeaders,
  validateKey,
} from '@needlestack/s3-protocol';

const HEADER = 'x-amz-rename-source';

/**
 * The keys that x-amz-rename-source may mean, in the order in which they are to be tried. It is URL-encoded; AWS documents the bare
 * key, some clients send `/bucket/key` or `bucket/key`, which could also be the beginning of a bare key.
 *
 * @throws S3Error `InvalidArgument` when it is absent, `InvalidURI`, `KeyTooLongError`
 */
export const readRenameSource = (headers: RequestHeaders, bucket: string): readonly string[] => {
  const header = headerValue(headers, HEADER) ?? '';
  const source = decodeUriComponent(header);
  const candidates = source.startsWith(`/${bucket}/`)
    ? [source.slice(bucket.length + 2)]
    : source.startsWith(`${bucket}/`)
      ? [source, source.slice(bucket.length + 1)]
      : [source];
  const keys = candidates.filter((key) => key !== '');
  if (keys.length === 0) throw invalidArgument('Rename Source must name the source key.', HEADER, header);
  for (const key of keys) validateKey(key);
  return keys;
};
