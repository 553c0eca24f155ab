import fc from 'fast-check';
import { sampleSnapshot, sampleTable } from '../../testing/sample-table.ts';
import { decodeTableMetadata } from '../decode-table-metadata.ts';
import { encodeTableMetadata } from '../encode-table-metadata.ts';
import { IcebergFormatError } from '../iceberg-format-error.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { TableMetadata } from '../table-metadata.ts';
import { decodeTableUpdate } from '../table-update.ts';
import { applyCommit } from './apply-commit.ts';

const smallId = fc.integer({ min: -1, max: 4 });
const bigId = fc.bigInt({ min: 1n, max: 5n }).map((id) => id + 9_007_199_254_740_992n);

const field = fc.record({
  id: fc.integer({ min: 1, max: 6 }),
  name: fc.constantFrom('a', 'b', 'c', 'at'),
  required: fc.boolean(),
  type: fc.constantFrom('int', 'long', 'string', 'timestamptz'),
});
const partitionField = fc.record({
  'source-id': fc.integer({ min: 1, max: 5 }),
  name: fc.constantFrom('p', 'q', 'at_day'),
  transform: fc.constantFrom('identity', 'day', 'bucket[4]', 'void'),
});
const sortField = fc.record({
  'source-id': fc.integer({ min: 1, max: 4 }),
  transform: fc.constant('identity'),
  direction: fc.constantFrom('asc', 'desc'),
  'null-order': fc.constant('nulls-last'),
});

const update: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.array(field, { maxLength: 4 }).map((fields) => ({ action: 'add-schema', schema: { type: 'struct', fields } })),
  smallId.map((id) => ({ action: 'set-current-schema', 'schema-id': id })),
  smallId.map((id) => ({ action: 'remove-schemas', 'schema-ids': [id] })),
  fc.array(partitionField, { maxLength: 2 }).map((fields) => ({ action: 'add-spec', spec: { fields } })),
  smallId.map((id) => ({ action: 'set-default-spec', 'spec-id': id })),
  smallId.map((id) => ({ action: 'remove-partition-specs', 'spec-ids': [id] })),
  fc.array(sortField, { maxLength: 2 }).map((fields) => ({ action: 'add-sort-order', 'sort-order': { fields } })),
  smallId.map((id) => ({ action: 'set-default-sort-order', 'sort-order-id': id })),
  fc.tuple(bigId, fc.integer({ min: 0, max: 9 })).map(([id, sequence]) => ({
    action: 'add-snapshot',
    snapshot: sampleSnapshot(id, { 'sequence-number': BigInt(sequence), 'first-row-id': 50n, 'added-rows': 3n }),
  })),
  fc.tuple(bigId, fc.constantFrom('main', 'dev'), fc.constantFrom('branch', 'tag')).map(([id, name, type]) => ({
    action: 'set-snapshot-ref',
    'ref-name': name,
    type,
    'snapshot-id': id,
  })),
  bigId.map((id) => ({ action: 'remove-snapshots', 'snapshot-ids': [id] })),
  fc.constantFrom('main', 'dev').map((name) => ({ action: 'remove-snapshot-ref', 'ref-name': name })),
  fc.integer({ min: 1, max: 3 }).map((version) => ({ action: 'upgrade-format-version', 'format-version': version })),
  fc.string().map((value) => ({ action: 'set-properties', updates: { a: value } })),
);

function checkInvariants(before: TableMetadata, after: TableMetadata): void {
  expect(decodeTableMetadata(encodeTableMetadata(after))).toEqual(after);
  for (const mark of [
    'last-column-id',
    'last-partition-id',
    'last-sequence-number',
    'last-updated-ms',
    'next-row-id',
  ] as const) {
    expect(after[mark] >= before[mark]).toBe(true);
  }
  expect(after['format-version']).toBeGreaterThanOrEqual(before['format-version']);
  const current = after['current-snapshot-id'];
  if (current !== null) expect(after['snapshot-log'].at(-1)?.['snapshot-id']).toBe(current);
  expect(after.refs.main?.['snapshot-id'] ?? null).toBe(current);
  for (const ids of [
    after.schemas.map((schema) => schema['schema-id']),
    after['partition-specs'].map((spec) => spec['spec-id']),
    after['sort-orders'].map((order) => order['order-id']),
    after.snapshots.map((snapshot) => snapshot['snapshot-id']),
  ]) {
    expect(new Set<number | bigint>(ids).size).toBe(ids.length);
  }
}

test('any sequence of commits keeps the table whole, or is refused with a coded error', () => {
  const commits = fc.array(fc.array(update, { maxLength: 4 }), { maxLength: 8 });
  let applied = 0;
  fc.assert(
    fc.property(commits, fc.integer({ min: 1, max: 3 }), (plans, version) => {
      let table = sampleTable(version);
      for (const [round, updates] of plans.entries()) {
        try {
          const { metadata } = applyCommit({
            base: table,
            baseLocation: `s3://warehouse/t/metadata/${round}.metadata.json`,
            requirements: [],
            updates: updates.map(decodeTableUpdate),
            nowMs: Number(table['last-updated-ms']) + 10,
            newTable: { tableUuid: 'unused', location: 'unused' },
          });
          checkInvariants(table, metadata);
          table = metadata;
          applied += 1;
        } catch (error) {
          if (!(error instanceof IcebergFormatError)) throw error;
          expect(['bad-request', 'rebuild-required']).toContain(error.code);
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(applied).toBeGreaterThan(100);
});
