/** Fills a store in a process of its own, so that none of it is left in the one that measures: `fill-store.ts <directory or URL> <rows>`. */
import { openLmdbKv, openPostgresKv } from '@needlestack/ordered-kv';
import { BUCKET, fillRows } from './fill-rows.ts';

const [place = '', rowsText = ''] = process.argv.slice(2);
const kv = place.startsWith('postgres')
  ? await openPostgresKv({ url: place, schema: 'bench' })
  : openLmdbKv({ directory: place });
await fillRows(kv, Number(rowsText), BUCKET);
await kv.close();
