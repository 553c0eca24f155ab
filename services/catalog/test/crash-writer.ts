/** Child of the crash test: puts, replaces and deletes objects for ever, and prints each acknowledged change on a line. */
import { randomBytes } from 'node:crypto';
import { openLmdbKv } from '@needlestack/ordered-kv';
import { createCatalog } from '../src/core/catalog.ts';
import { deleteEvent, makeVersion, putEvent } from './sample-requests.ts';

const KEYS_PER_WRITER = 20;
const WRITERS = 16;

const [directory = '', round = '0'] = process.argv.slice(2);
const catalog = createCatalog({ kv: openLmdbKv({ directory }), clock: Date.now, randomBytes });

async function writeForEver(writer: number): Promise<void> {
  for (let n = 0; ; n += 1) {
    const key = `${round}/${writer}/${n % KEYS_PER_WRITER}`;
    process.stdout.write(`begin ${key} ${n % 7 === 6 ? 'delete' : n}\n`);
    if (n % 7 === 6) await catalog.deleteObject({ bucket: 'box', key, event: deleteEvent });
    else await catalog.commitObject({ bucket: 'box', key, version: makeVersion({ sizeBytes: n }), event: putEvent });
    process.stdout.write(`done ${key} ${n % 7 === 6 ? 'delete' : n}\n`);
  }
}

for (let writer = 0; writer < WRITERS; writer += 1) void writeForEver(writer);
