import { S3Error } from '../error/s3-error.ts';
import { MAX_KEY_BYTES } from '../limits.ts';
import { decodeUriComponent } from './uri-encoding.ts';

/** What the request is about. Both empty: the service; empty key: the bucket. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

export interface AddressOptions {
  /** Host names under which a bucket may stand as the first label, in lower case, without port; such as `s3.example.com`. */
  readonly virtualHostDomains: readonly string[];
  /** Whether a bucket in the path may stand behind a colon, as RGW writes one whose tenant is the empty one. */
  readonly takesEmptyTenant?: boolean;
}

/**
 * Finds bucket and key, virtual-host style when the Host header is a label (or labels) below one of the configured domains,
 * path style otherwise.
 *
 * @throws S3Error `InvalidURI` (broken escapes, dot segments), `KeyTooLongError`
 */
export const resolveObjectAddress = (
  rawPath: string,
  host: string | undefined,
  options: AddressOptions,
): ObjectAddress => {
  const hostBucket =
    options.virtualHostDomains.length === 0 ? undefined : bucketOfHost(host, options.virtualHostDomains);
  if (hostBucket !== undefined) return { bucket: hostBucket, key: decodeKey(rawPath, 1) };
  const slash = rawPath.indexOf('/', 1);
  const named = decodeUriComponent(slash < 0 ? rawPath.slice(1) : rawPath.slice(1, slash));
  const bucket = options.takesEmptyTenant === true && named.startsWith(':') ? named.slice(1) : named;
  return { bucket, key: slash < 0 ? '' : decodeKey(rawPath, slash + 1) };
};

/** The bucket that a Host header names below one of the domains, or undefined. */
export const bucketOfHost = (host: string | undefined, domains: readonly string[]): string | undefined => {
  if (host === undefined) return undefined;
  const colon = host.lastIndexOf(':');
  const given = (colon > host.lastIndexOf(']') ? host.slice(0, colon) : host).toLowerCase();
  const name = given.endsWith('.') ? given.slice(0, -1) : given;
  for (const domain of domains) {
    if (
      name.length > domain.length + 1 &&
      name.endsWith(domain) &&
      name.charCodeAt(name.length - domain.length - 1) === 0x2e
    ) {
      return name.slice(0, name.length - domain.length - 1);
    }
  }
  return undefined;
};

const decodeKey = (rawPath: string, start: number): string => {
  const key = decodeUriComponent(rawPath.slice(start));
  validateKey(key);
  return key;
};

/**
 * Keys are any UTF-8 of 1 to 1,024 bytes, but a dot segment is refused as AWS refuses it (s3.md rule 35). The literal text
 * `%2e%2e` (sent as `%252e%252e`) is an ordinary name.
 *
 * @throws S3Error `KeyTooLongError`, `InvalidURI`
 */
export const validateKey = (key: string): void => {
  requireKeyLength(key);
  if (key.includes('.') && hasDotSegment(key)) {
    throw new S3Error('InvalidURI', { details: { URI: key } });
  }
};

/** @throws S3Error `KeyTooLongError` for what is no key, nor the beginning of one, because of its length */
export const requireKeyLength = (key: string): void => {
  if (key.length * 3 <= MAX_KEY_BYTES) return;
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes <= MAX_KEY_BYTES) return;
  throw new S3Error('KeyTooLongError', {
    details: { Size: String(sizeBytes), MaxSizeAllowed: String(MAX_KEY_BYTES) },
  });
};

/** Whether a `/`-separated segment is `.` or `..`. */
export const hasDotSegment = (path: string): boolean => {
  let dot = path.indexOf('.');
  while (dot >= 0) {
    if (dot === 0 || path.charCodeAt(dot - 1) === 0x2f) {
      const end = path.charCodeAt(dot + 1) === 0x2e ? dot + 2 : dot + 1;
      if (end === path.length || path.charCodeAt(end) === 0x2f) return true;
    }
    dot = path.indexOf('.', dot + 1);
  }
  return false;
};

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IPV4_SHAPE = /^\d+\.\d+\.\d+\.\d+$/;
const FORBIDDEN_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const FORBIDDEN_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** Amazon's rules for the name of a general purpose bucket. */
export const isValidBucketName = (name: string): boolean =>
  BUCKET_NAME.test(name) &&
  !name.includes('..') &&
  !name.includes('.-') &&
  !name.includes('-.') &&
  !IPV4_SHAPE.test(name) &&
  !FORBIDDEN_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
  !FORBIDDEN_SUFFIXES.some((suffix) => name.endsWith(suffix));
