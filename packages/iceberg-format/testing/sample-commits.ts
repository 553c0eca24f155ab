import { type AppliedCommit, applyCommit } from '../src/commit/apply-commit.ts';
import { decodeTableMetadata } from '../src/decode-table-metadata.ts';
import { writeTableMetadata } from '../src/encode-table-metadata.ts';
import type { JsonObject, JsonValue } from '../src/json/json-value.ts';
import { parseJson } from '../src/json/parse-json.ts';
import { writeJson } from '../src/json/write-json.ts';
import type { Snapshot } from '../src/snapshot.ts';
import type { TableMetadata } from '../src/table-metadata.ts';
import { decodeTableRequirement } from '../src/table-requirement.ts';
import { decodeTableUpdate } from '../src/table-update.ts';
import {
  parseObject,
  SAMPLE_LOCATION,
  SAMPLE_NOW_MS,
  SAMPLE_UUID,
  sampleSnapshot,
  sampleTable,
} from './sample-table.ts';

export const NOW_MS = SAMPLE_NOW_MS + 5_000;

/** Applies updates as they come over the wire: through text and back. */
export function commit(
  base: TableMetadata | undefined,
  updates: readonly JsonObject[],
  requirements: readonly JsonObject[] = [],
  nowMs = NOW_MS,
): AppliedCommit {
  const applied = applyCommit({
    base,
    ...(base === undefined ? {} : { baseLocation: `${SAMPLE_LOCATION}/metadata/00000-a.metadata.json` }),
    requirements: requirements.map(decodeTableRequirement),
    updates: updates.map((update) => decodeTableUpdate(parseObject(writeJson(update)))),
    nowMs,
    newTable: { tableUuid: SAMPLE_UUID, location: SAMPLE_LOCATION },
  });
  // Whatever a commit makes must read back as itself.
  expect(decodeTableMetadata(parseJson(writeTableMetadata(applied.metadata).toString()))).toEqual(applied.metadata);
  return applied;
}

export function apply(base: TableMetadata, ...updates: readonly JsonObject[]): TableMetadata {
  return commit(base, updates).metadata;
}

/** Code and message of the refusal. */
export function refusal(base: TableMetadata | undefined, ...updates: readonly JsonObject[]): string {
  try {
    commit(base, updates);
    return 'nothing thrown';
  } catch (error) {
    return error instanceof Error ? `${Reflect.get(error, 'code')}: ${error.message}` : String(error);
  }
}

export function addSnapshot(snapshot: Snapshot): JsonObject {
  return { action: 'add-snapshot', snapshot };
}

export function setMain(snapshotId: bigint): JsonObject {
  return { action: 'set-snapshot-ref', 'ref-name': 'main', type: 'branch', 'snapshot-id': snapshotId };
}

export function addSchema(fields: JsonValue, more: JsonObject = {}): JsonObject {
  return { action: 'add-schema', schema: { type: 'struct', fields, ...more } };
}

/** The columns of the sample table. */
export const ID = { id: 1, name: 'id', required: true, type: 'long' };
export const NAME = { id: 2, name: 'name', required: false, type: 'string', doc: 'what it is called' };
export const AT = { id: 3, name: 'at', required: false, type: 'timestamptz' };

/** A table whose main has had the snapshots 1, 2 and 3. */
export function tableWithHistory(formatVersion = 2): TableMetadata {
  let table = sampleTable(formatVersion);
  for (const id of [1n, 2n, 3n]) {
    const snapshot = sampleSnapshot(id, {
      'sequence-number': id,
      'timestamp-ms': BigInt(SAMPLE_NOW_MS) + id * 100n,
      ...(id === 1n ? {} : { 'parent-snapshot-id': id - 1n }),
      ...(formatVersion < 3 ? {} : { 'first-row-id': id * 10n, 'added-rows': 10n }),
    });
    table = apply(table, addSnapshot(snapshot), setMain(id));
  }
  return table;
}
