import { type OrderedKv, openLmdbKv, openPostgresKv } from '@needlestack/ordered-kv';
import { holdDirectory } from '@needlestack/service-kit';

/** Where the catalog's rows lie. */
export type CatalogStore =
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly schema: string; readonly connectionsMax?: number };

/** KvError `locked` when another process has the directory, `unavailable` when the database does not answer. */
export async function openStore(store: CatalogStore): Promise<OrderedKv> {
  return store.kind === 'embedded' ? openLmdbKv({ ...store, hold: holdDirectory }) : openPostgresKv(store);
}
