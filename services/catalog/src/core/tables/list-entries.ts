import { type KvEntry, type KvPage, keyAfter } from '@needlestack/ordered-kv';
import { readNamespace } from './find-entry.ts';
import { PAGE_SIZE_MAX } from './limits.ts';
import type { NamespacePath } from './namespace-path.ts';
import { decodePageToken, encodePageToken } from './page-token.ts';
import type { TableCatalog } from './table-catalog.ts';
import { childNamespaces, type KeyRange, namespaceEntries } from './table-keys.ts';
import { decodeNamespaceRow, decodeTableEntry } from './table-rows.ts';
import type { Warehouse } from './warehouse.ts';

export interface PageRequest {
  /** Undefined or empty: from the start. */
  readonly pageToken: string | undefined;
  /** Undefined: everything that is left. */
  readonly pageSize: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null at the end. */
  readonly nextPageToken: string | null;
}

interface Listing<T> {
  /** Names the listing in its tokens. */
  readonly name: string;
  readonly range: KeyRange;
  /** Undefined: not part of this listing. */
  readonly decode: (value: Buffer) => T | undefined;
}

/** The namespaces directly below `parent`, or the top level. Refuses with `no-such-namespace` when the parent is missing. */
export async function listNamespaces(
  catalog: TableCatalog,
  warehouse: Warehouse,
  parent: NamespacePath | undefined,
  page: PageRequest,
): Promise<Page<NamespacePath>> {
  if (parent !== undefined) await catalog.kv.read((tx) => readNamespace(tx, warehouse, parent));
  return readPage(catalog, page, {
    name: JSON.stringify(['namespaces', warehouse.bucketId, parent ?? []]),
    range: childNamespaces(warehouse.bucketId, parent ?? []),
    decode: (value) => decodeNamespaceRow(value).levels,
  });
}

/** The tables of a namespace by name. Refuses with `no-such-namespace`. */
export async function listTables(
  catalog: TableCatalog,
  warehouse: Warehouse,
  namespace: NamespacePath,
  page: PageRequest,
): Promise<Page<string>> {
  const { namespaceId } = await catalog.kv.read((tx) => readNamespace(tx, warehouse, namespace));
  return readPage(catalog, page, {
    name: JSON.stringify(['tables', namespaceId]),
    range: namespaceEntries(namespaceId),
    decode: (value) => {
      const entry = decodeTableEntry(value);
      return entry.kind === 'table' ? entry.name : undefined;
    },
  });
}

/**
 * A page goes on after the last key of the one before, not after a count: what is created or dropped meanwhile makes no name
 * appear twice and none disappear.
 */
async function readPage<T>(catalog: TableCatalog, page: PageRequest, listing: Listing<T>): Promise<Page<T>> {
  const { pageToken, pageSize } = page;
  const hasToken = pageToken !== undefined && pageToken !== '';
  let start = hasToken ? startOf(listing, pageToken) : listing.range.start;
  const items: T[] = [];
  for (;;) {
    const limit = Math.min(PAGE_SIZE_MAX, pageSize === undefined ? PAGE_SIZE_MAX : pageSize - items.length);
    const range = { start, end: listing.range.end, limit };
    const scanned: KvPage<KvEntry> = await catalog.kv.read(function* (tx) {
      return yield* tx.scan(range);
    });
    for (const [, value] of scanned.rows) {
      const item = listing.decode(value);
      if (item !== undefined) items.push(item);
    }
    const lastKey = scanned.rows.at(-1)?.[0];
    if (!scanned.hasMore || lastKey === undefined) return { items, nextPageToken: null };
    if (pageSize !== undefined && items.length >= pageSize) {
      return { items, nextPageToken: encodePageToken(listing.name, lastKey) };
    }
    start = keyAfter(lastKey);
  }
}

function startOf<T>(listing: Listing<T>, token: string): Buffer {
  const { start, end } = listing.range;
  const after = keyAfter(decodePageToken(listing.name, token));
  // The hash in a token is no secret: a made-up one must not lead out of the listing.
  if (Buffer.compare(after, start) < 0) return start;
  return Buffer.compare(after, end) > 0 ? end : after;
}
