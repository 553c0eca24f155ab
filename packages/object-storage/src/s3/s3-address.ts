import type { IncomingHttpHeaders } from 'node:http';
import { encodeUriComponent, encodeUriPath } from '@needlestack/s3-protocol';

/** Where requests of one bucket go, and the region that their signatures name. */
export interface S3Address {
  readonly url: URL;
  /** Path before the key, without a slash at its end. */
  readonly basePath: string;
  readonly region: string;
}

export interface S3AddressOptions {
  /** `http(s)://host[:port][/path]`; that of AWS for the region when undefined. */
  readonly endpoint: string | undefined;
  readonly bucket: string;
  readonly region: string;
  /** The bucket stands in the path, and not in the name of the host. */
  readonly pathStyle: boolean;
  /** False: answers may name another region, not another host. */
  readonly followsRedirects: boolean;
}

/** @throws TypeError when the endpoint is no http or https URL */
export function resolveAddress({ endpoint, bucket, region, pathStyle }: S3AddressOptions): S3Address {
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`endpoint ${url.origin} must use http or https`);
  }
  const path = url.pathname.replace(/\/$/, '');
  if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
  return { url, basePath: pathStyle ? `${path}/${encodeUriComponent(bucket)}` : path, region };
}

/** What an answer says about the place where the bucket really is. */
export interface RedirectHints {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** `<Region>` and `<Endpoint>` of the error document. */
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
}

const REGION = /^[a-z0-9-]{1,64}$/;
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 307, 308]);
/** Statuses with which stores refuse a signature for another region. */
const WRONG_REGION_STATUSES: ReadonlySet<number> = new Set([400, 403]);

/** The address to ask instead; undefined when the answer names none, or one that must not be followed. */
export function followRedirect(
  current: S3Address,
  options: S3AddressOptions,
  key: string,
  hints: RedirectHints,
): S3Address | undefined {
  const region = readRegion(hints);
  const isElsewhere = region !== undefined && region !== current.region;
  if (REDIRECT_STATUSES.has(hints.status)) {
    if (hints.headers.location !== undefined && options.followsRedirects)
      return atLocation(current, hints.headers.location, key, region);
    if (isElsewhere) return inRegion(current, options, region);
    return hints.endpoint === undefined || !options.followsRedirects
      ? undefined
      : atEndpoint(current, options, hints.endpoint);
  }
  return isElsewhere && WRONG_REGION_STATUSES.has(hints.status) ? inRegion(current, options, region) : undefined;
}

function readRegion({ headers, region }: RedirectHints): string | undefined {
  const header = headers['x-amz-bucket-region'];
  const text = typeof header === 'string' && header !== '' ? header : region;
  return text !== undefined && REGION.test(text) ? text : undefined;
}

function inRegion(current: S3Address, options: S3AddressOptions, region: string): S3Address {
  return options.endpoint === undefined ? resolveAddress({ ...options, region }) : { ...current, region };
}

function atLocation(
  current: S3Address,
  location: string,
  key: string,
  region: string | undefined,
): S3Address | undefined {
  const url = URL.parse(location, current.url);
  if (url === null || !isAsSafe(current.url, url)) return undefined;
  const suffix = key === '' ? '' : `/${encodeUriPath(key)}`;
  const path = url.pathname.replace(/\/$/, key === '' ? '' : '/');
  // Whatever stands before the key is the place of the bucket; a location without the key says nothing that could be remembered.
  if (!path.endsWith(suffix)) return undefined;
  const address = {
    url: new URL(url.origin),
    basePath: path.slice(0, path.length - suffix.length),
    region: region ?? current.region,
  };
  return isSame(address, current) ? undefined : address;
}

function atEndpoint(current: S3Address, options: S3AddressOptions, endpoint: string): S3Address | undefined {
  const url = URL.parse(`${current.url.protocol}//${endpoint}`);
  if (url === null || url.hostname === '' || url.pathname !== '/') return undefined;
  const holdsBucket = url.hostname.startsWith(`${options.bucket}.`);
  const address = {
    url: new URL(url.origin),
    basePath: holdsBucket ? '' : `/${encodeUriComponent(options.bucket)}`,
    region: current.region,
  };
  return isSame(address, current) ? undefined : address;
}

/** Bodies that went through TLS must not go without. */
function isAsSafe(from: URL, to: URL): boolean {
  return to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
}

function isSame(left: S3Address, right: S3Address): boolean {
  return left.url.origin === right.url.origin && left.basePath === right.basePath && left.region === right.region;
}
