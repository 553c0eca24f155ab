// Leases keys from a durable sequence as fast as it can and prints each range, until it is killed.
import { writeSync } from 'node:fs';
import { openLmdbKv } from '@needlestack/ordered-kv';
import { FileIdSequence } from '../../src/core/file-id-sequence.ts';
import { createStateStore } from '../../src/storage/durable-state-store.ts';

const STDOUT = 1;
const COUNT = 400_000;

const store = createStateStore(openLmdbKv({ directory: process.argv[2] ?? '' }));
const sequence = new FileIdSequence(store, await store.load());
for (;;) writeSync(STDOUT, `${await sequence.reserveKeys(COUNT)} ${COUNT}\n`);
