/**
 * A full check of a bucket's rows against what keys.ts and move-versions.ts promise, straight from the tables: the newest version in one of
 * two places, older ones below it, the row of the `null` version, inline data, and the counts of needles that several lists name.
 */

import type { KvEntry, KvProgram, KvReader, OrderedKv } from '@needlestack/ordered-kv';
import type { Chunk } from '@needlestack/service-contracts';
import { decodeObjectRecord, type StoredVersion } from '../../src/core/codec/object-record.ts';
import { decodePartRecord } from '../../src/core/codec/part-record.ts';
import { needleName } from '../../src/core/garbage/shared-needles.ts';
import { partNumberOf, sharedNeedleKey, TABLE, tableRange, versionNameOf } from '../../src/core/keys.ts';

const ROWS_MAX = 100_000;
/** table, shard, bucket id */
const KEY_AT = 10;

interface Row {
  /** Bucket's and object's name, for maps. */
  readonly name: string;
  readonly stored: StoredVersion;
}

function* rowsOf(tx: KvReader, table: number): KvProgram<KvEntry[]> {
  return (yield* tx.scan({ ...tableRange(table), limit: ROWS_MAX })).rows;
}

const nameOf = (rowKey: Buffer, key: Buffer): string => `${rowKey.toString('hex', 2, KEY_AT)} ${key.toString('hex')}`;

const newestRows = (rows: readonly KvEntry[]): Row[] =>
  rows.map(([rowKey, row]) => ({ name: nameOf(rowKey, rowKey.subarray(KEY_AT)), stored: decodeObjectRecord(row) }));

/** Everything that is wrong, in words. */
export async function findWrongRows(kv: OrderedKv): Promise<string[]> {
  return kv.read(function* (tx) {
    const wrong: string[] = [];
    const current = newestRows(yield* rowsOf(tx, TABLE.object));
    const markers = newestRows(yield* rowsOf(tx, TABLE.currentMarker));
    const older = (yield* rowsOf(tx, TABLE.version)).map(
      ([rowKey, row]): Row => ({ name: nameOf(rowKey, versionNameOf(rowKey)), stored: decodeObjectRecord(row) }),
    );
    const newest = new Map<string, StoredVersion>();
    for (const { name, stored } of [...current, ...markers]) {
      if (newest.has(name)) wrong.push(`${name} has two newest versions`);
      newest.set(name, stored);
    }
    for (const { name, stored } of current)
      if (stored.version.isDeleteMarker) wrong.push(`${name}: a delete marker among current objects`);
    for (const { name, stored } of markers)
      if (!stored.version.isDeleteMarker) wrong.push(`${name}: an object among delete markers`);
    const nulls = new Map<string, number>();
    for (const { name, stored } of older) {
      const head = newest.get(name);
      if (head === undefined) wrong.push(`${name}: older versions without a newest one`);
      else if (head.order <= stored.order) wrong.push(`${name}: an older version of a higher order`);
      else if (!head.mayHaveOlder) wrong.push(`${name}: the newest does not tell of older ones`);
      if (stored.nonce === undefined) nulls.set(name, stored.order);
    }
    const told = new Map<string, number>();
    for (const [rowKey, row] of yield* rowsOf(tx, TABLE.nullVersion))
      told.set(nameOf(rowKey, rowKey.subarray(KEY_AT)), Number(row.readBigUInt64BE(0)));
    for (const [name, order] of nulls)
      if (told.get(name) !== order) wrong.push(`${name}: the null version is told to lie at ${told.get(name)}`);
    for (const name of told.keys()) if (!nulls.has(name)) wrong.push(`${name}: a null version is told that is none`);
    const inlineCount = (yield* rowsOf(tx, TABLE.inlineData)).length;
    const wanted = [...current, ...older].filter(({ stored }) => stored.hasInlineData).length;
    if (inlineCount !== wanted) wrong.push(`${inlineCount} rows of inline data, ${wanted} wanted`);
    wrong.push(...(yield* findWrongCounts(tx, [...current, ...older])));
    return wrong;
  });
}

function* findWrongCounts(tx: KvReader, versions: readonly Row[]): KvProgram<string[]> {
  const wrong: string[] = [];
  const uses = new Map<string, { count: number; chunk: Chunk; areAllFlagged: boolean }>();
  const count = (chunks: readonly Chunk[], isFlagged: boolean): void => {
    for (const chunk of chunks) {
      const use = uses.get(needleName(chunk)) ?? { count: 0, chunk, areAllFlagged: true };
      use.count += 1;
      use.areAllFlagged &&= isFlagged;
      uses.set(needleName(chunk), use);
    }
  };
  for (const { stored } of versions) count(stored.version.chunks, stored.hasSharedNeedles);
  for (const [rowKey, row] of yield* rowsOf(tx, TABLE.part)) {
    const part = decodePartRecord(partNumberOf(rowKey), row);
    count(part.chunks, part.hasSharedNeedles);
  }
  let rows = 0;
  for (const [name, use] of uses) {
    const row = yield* tx.get(sharedNeedleKey(use.chunk.volumeId, use.chunk.needleKey));
    const told = row?.readUInt32BE(0) ?? 1;
    if (row !== undefined) rows += 1;
    if (told !== use.count) wrong.push(`needle ${name} is named ${use.count} times, told are ${told}`);
    if (use.count > 1 && !use.areAllFlagged) wrong.push(`needle ${name} is shared by a holder that does not say so`);
  }
  const all = (yield* rowsOf(tx, TABLE.sharedNeedle)).length;
  if (all !== rows) wrong.push(`${all - rows} counts of needles that nothing names`);
  return wrong;
}
