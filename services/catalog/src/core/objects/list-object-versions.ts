/**
 * Pages of all versions, by key and from new to old: three tables merged, each read as far as the page reaches. A common prefix is passed by
 * one new scan per table, so a page costs what it shows, whatever the bucket, a prefix or a key holds.
 */
import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import type { ListedVersion, ListObjectVersionsPage, ListObjectVersionsRequest } from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { NULL_VERSION_ID, parseVersionId, versionMarkerOf } from '../codec/version-id.ts';
import { LIST_ROWS_FIRST, PAGE_ENTRIES_MAX } from '../limits.ts';
import { findVersion, invalidVersionId } from './find-version.ts';
import { type ListingStart, VERSION_TABLES, type VersionEntry, VersionStream } from './version-stream.ts';

const EMPTY_PAGE: ListObjectVersionsPage = { versions: [], commonPrefixes: [], isTruncated: false };

/** CatalogError `InvalidVersionId` when the marker is no version id. */
export function* listObjectVersions(
  tx: KvReader,
  bucket: StoredBucket,
  request: ListObjectVersionsRequest,
): KvProgram<ListObjectVersionsPage> {
  const maxKeys = Math.min(request.maxKeys, PAGE_ENTRIES_MAX);
  const prefix = Buffer.from(request.prefix, 'utf8');
  const delimiter = Buffer.from(request.delimiter, 'utf8');
  const start = yield* findStart(tx, bucket, request);
  if (maxKeys < 1) return EMPTY_PAGE;
  const versions = new MergedVersions(tx, {
    bucketId: bucket.id,
    prefix,
    start,
    withDetails: request.withDetails === true,
    rowsFirst: Math.min(maxKeys + 1, LIST_ROWS_FIRST),
    rowsMax: maxKeys + 1,
  });
  const passed = commonPrefixOf(Buffer.from(request.keyMarker, 'utf8'), prefix.length, delimiter);
  if (passed?.toString('utf8') === request.keyMarker && request.keyMarker.startsWith(request.prefix))
    versions.skipPrefix(passed);
  const page: { versions: ListedVersion[]; commonPrefixes: string[] } = { versions: [], commonPrefixes: [] };
  let next: { nextKeyMarker: string; nextVersionIdMarker?: string } = { nextKeyMarker: '' };
  for (;;) {
    const entry = yield* versions.peek();
    if (entry === undefined) return { ...page, isTruncated: false };
    if (page.versions.length + page.commonPrefixes.length >= maxKeys) return { ...page, isTruncated: true, ...next };
    const commonPrefix = commonPrefixOf(entry.key, prefix.length, delimiter);
    if (commonPrefix === undefined) {
      page.versions.push(entry.listed);
      next = { nextKeyMarker: entry.listed.key, nextVersionIdMarker: markerOf(entry) };
      versions.take();
    } else {
      next = { nextKeyMarker: commonPrefix.toString('utf8') };
      page.commonPrefixes.push(next.nextKeyMarker);
      versions.skipPrefix(commonPrefix);
    }
  }
}

const markerOf = ({ listed, order }: VersionEntry): string =>
  listed.versionId === NULL_VERSION_ID ? versionMarkerOf(order) : listed.versionId;

function* findStart(
  tx: KvReader,
  bucket: StoredBucket,
  { keyMarker, versionIdMarker }: ListObjectVersionsRequest,
): KvProgram<ListingStart | undefined> {
  if (keyMarker === '') return undefined;
  const key = Buffer.from(keyMarker, 'utf8');
  if (versionIdMarker === '') return { key };
  if (versionIdMarker !== NULL_VERSION_ID) {
    const parts = parseVersionId(versionIdMarker);
    if (parts === undefined) throw invalidVersionId(versionIdMarker, 'version-id-marker');
    return { key, belowOrder: parts.order };
  }
  // A `null` version that is gone tells nothing: all versions of the key are given (again).
  const found = yield* findVersion(tx, bucket, keyMarker, NULL_VERSION_ID);
  return { key, belowOrder: found?.stored.order ?? Number.MAX_SAFE_INTEGER };
}

function commonPrefixOf(key: Buffer, prefixBytes: number, delimiter: Buffer): Buffer | undefined {
  if (delimiter.length === 0) return undefined;
  const at = key.indexOf(delimiter, prefixBytes);
  return at === -1 ? undefined : key.subarray(0, at + delimiter.length);
}

/** The tables as one stream. Of one key, the newest version comes first: it lies in one of the first two tables. */
class MergedVersions {
  readonly #streams: readonly VersionStream[];
  #first: VersionStream | undefined;

  constructor(tx: KvReader, options: ConstructorParameters<typeof VersionStream>[2]) {
    this.#streams = VERSION_TABLES.map((table) => new VersionStream(tx, table, options));
  }

  *peek(): KvProgram<VersionEntry | undefined> {
    let first: VersionEntry | undefined;
    for (const stream of this.#streams) {
      const entry = yield* stream.peek();
      if (entry === undefined || (first !== undefined && Buffer.compare(entry.key, first.key) >= 0)) continue;
      first = entry;
      this.#first = stream;
    }
    return first;
  }

  /** Takes what `peek` gave. */
  take(): void {
    this.#first?.take();
  }

  skipPrefix(prefix: Buffer): void {
    for (const stream of this.#streams) stream.skipPrefix(prefix);
  }
}
