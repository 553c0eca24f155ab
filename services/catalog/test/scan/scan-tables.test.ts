/** What the packages say of tables is what the catalog's keys say. */
import { readdirSync, readFileSync } from 'node:fs';
import { SCAN_TABLES, scanTableOfId } from '@needlestack/kv-scan/protocol';
import { SHARDS, shardPrefix, TABLE } from '../../src/core/keys.ts';

/** Rows of the catalog's own housekeeping, and those that hold secrets. */
const NOT_SCANNED = new Set<string>([
  'schema',
  'lease',
  'secret',
  'lifecycleCursor',
  'outboxFloor',
  'outboxHold',
  'iamAccount',
  'iamEntity',
  'iamAccessKey',
  'iamAlias',
  'iamPassword',
  'iamLdapEntry',
]);

test('every table of the catalog can be scanned, or is known not to be', () => {
  const missing = Object.entries(TABLE).filter(
    ([name, id]) => !NOT_SCANNED.has(name) && scanTableOfId(id) === undefined,
  );
  expect(missing).toEqual([]);
  const ids = Object.values(SCAN_TABLES).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const stored = ids.filter((id) => id < 0x100);
  expect(stored.filter((id) => !Object.values(TABLE).some((known) => known === id))).toEqual([]);
});

test('buckets are the shards that keys have', () => {
  for (const { name, id, buckets } of Object.values(SCAN_TABLES).filter((table) => table.id < 0x100)) {
    const isSharded = shardPrefix(id, 0).length === 2;
    expect([name, [1, SHARDS].includes(buckets)]).toEqual([name, true]);
    expect([name, buckets === 1 || isSharded]).toEqual([name, true]);
  }
});

test('needles are named by rows that the scan of needles knows, and by no others', () => {
  const folder = new URL('../../src/core/codec/', import.meta.url);
  const naming = readdirSync(folder).filter((name) =>
    /\bwriteChunks\(/.test(readFileSync(new URL(name, folder), 'utf8')),
  );
  // Objects and their versions share a record. Whoever adds another adds its table to the scan, or its needles are orphans.
  expect(naming.sort()).toEqual(['chunk-list.ts', 'garbage-record.ts', 'object-record.ts', 'part-record.ts']);
});
