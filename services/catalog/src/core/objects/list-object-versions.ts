/**
 * Pages of all versions, by key and from new to old: three tables merged, each read as far as the page reaches. A walk through a table passes over
 * what lies under a common prefix, so a page costs what it shows, whatever the bucket, a prefix or a key holds.
 */
import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import type { ListedVersion, ListObjectVersionsPage, ListObjectVersionsRequest } from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { NULL_VERSION_ID, parseVersionId, versionMarkerOf } from '../codec/version-id.ts';
import { LIST_ROWS_FIRST, PAGE_ENTRIES_MAX } from '../limits.ts';
import { commonPrefixOf } from './common-prefix.ts';
import { findVersion, invalidVersionId } from './find-version.ts';
import { type ListingEntry, type ListingStart, VERSION_TABLES, VersionStream } from './version-stream.ts';

const EMPTY_PAGE: ListObjectVersionsPage = { versions: [], commonPrefixes: [], isTruncated: false };

/** CatalogError `InvalidVersionId` when the marker is no version id. */
export function* listObjectVersions(
  tx: KvReader,
  bucket: StoredBucket,
  request: ListObjectVersionsRequest,
): KvProgram<ListObjectVersionsPage> {
  const maxKeys = Math.min(request.maxKeys, PAGE_ENTRIES_MAX);
  const start = yield* findStart(tx, bucket, request);
  if (maxKeys < 1) return EMPTY_PAGE;
  const options = {
    bucketId: bucket.id,
    prefix: Buffer.from(request.prefix, 'utf8'),
    delimiter: Buffer.from(request.delimiter, 'utf8'),
    start,
    withDetails: request.withDetails === true,
    entriesFirst: Math.min(maxKeys + 1, LIST_ROWS_FIRST),
    entriesMax: maxKeys + 1,
  };
  const streams = VERSION_TABLES.map((table) => new VersionStream(tx, table, options));
  const page: { versions: ListedVersion[]; commonPrefixes: string[] } = { versions: [], commonPrefixes: [] };
  let last: ListingEntry | undefined;
  for (;;) {
    for (const stream of streams) if (stream.isDry) yield* stream.fill();
    const first = firstOf(streams);
    const entry = first?.head;
    if (first === undefined || entry === undefined) return { ...page, isTruncated: false };
    if (page.versions.length + page.commonPrefixes.length >= maxKeys)
      return { ...page, isTruncated: true, ...markersAfter(last) };
    last = entry;
    if (entry.listed === undefined) {
      page.commonPrefixes.push(entry.name.toString('utf8'));
      for (const stream of streams) if (stream.head?.name.equals(entry.name)) stream.take();
    } else {
      page.versions.push(entry.listed);
      first.take();
    }
  }
}

/** Where the next page goes on. */
function markersAfter(last: ListingEntry | undefined): { nextKeyMarker: string; nextVersionIdMarker?: string } {
  if (last?.listed === undefined) return { nextKeyMarker: last?.name.toString('utf8') ?? '' };
  const { key, versionId } = last.listed;
  const nextVersionIdMarker = versionId === NULL_VERSION_ID ? versionMarkerOf(last.order) : versionId;
  return { nextKeyMarker: key, nextVersionIdMarker };
}

/** The stream whose head comes first. Of one key, the newest version does: it lies in one of the first two tables. */
function firstOf(streams: readonly VersionStream[]): VersionStream | undefined {
  let first: VersionStream | undefined;
  let firstName: Buffer | undefined;
  for (const stream of streams) {
    const name = stream.head?.name;
    if (name === undefined || (firstName !== undefined && Buffer.compare(name, firstName) >= 0)) continue;
    first = stream;
    firstName = name;
  }
  return first;
}

function* findStart(
  tx: KvReader,
  bucket: StoredBucket,
  { keyMarker, versionIdMarker, prefix, delimiter }: ListObjectVersionsRequest,
): KvProgram<ListingStart | undefined> {
  if (keyMarker === '') return undefined;
  const key = Buffer.from(keyMarker, 'utf8');
  const hasId = versionIdMarker !== '' && versionIdMarker !== NULL_VERSION_ID;
  const parts = hasId ? parseVersionId(versionIdMarker) : undefined;
  if (hasId && parts === undefined) throw invalidVersionId(versionIdMarker, 'version-id-marker');
  // A page that ended with a common prefix goes on after all of it.
  const passed = commonPrefixOf(key, Buffer.byteLength(prefix), Buffer.from(delimiter, 'utf8'));
  if (passed?.length === key.length && keyMarker.startsWith(prefix)) return { key, isPrefix: true };
  if (parts !== undefined) return { key, belowOrder: parts.order };
  if (versionIdMarker === '') return { key };
  // A `null` version that is gone tells nothing: all versions of the key are given (again).
  const found = yield* findVersion(tx, bucket, keyMarker, NULL_VERSION_ID);
  return { key, belowOrder: found?.stored.order ?? Number.MAX_SAFE_INTEGER };
}
