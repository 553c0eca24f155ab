import { ODD_ID, parseObject, SAMPLE_UUID, sampleSnapshot, sampleTable } from '../testing/sample-table.ts';
import type { TableMetadata } from './table-metadata.ts';
import { checkRequirement, decodeTableRequirement } from './table-requirement.ts';

const snapshot = sampleSnapshot(ODD_ID);
const metadata: TableMetadata = {
  ...sampleTable(),
  snapshots: [snapshot],
  'last-sequence-number': 1n,
  'current-snapshot-id': ODD_ID,
  refs: { main: { 'snapshot-id': ODD_ID, type: 'branch' }, v1: { 'snapshot-id': ODD_ID, type: 'tag' } },
};

function check(text: string, base: TableMetadata | undefined = metadata): void {
  checkRequirement(decodeTableRequirement(parseObject(text)), base);
}

test.each([
  `{"type":"assert-table-uuid","uuid":"${SAMPLE_UUID.toUpperCase()}"}`,
  '{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":9007199254740993}',
  '{"type":"assert-ref-snapshot-id","ref":"other","snapshot-id":null}',
  '{"type":"assert-ref-snapshot-id","ref":"constructor"}',
  '{"type":"assert-last-assigned-field-id","last-assigned-field-id":3}',
  '{"type":"assert-current-schema-id","current-schema-id":0}',
  '{"type":"assert-last-assigned-partition-id","last-assigned-partition-id":1000}',
  '{"type":"assert-default-spec-id","default-spec-id":0}',
  '{"type":"assert-default-sort-order-id","default-sort-order-id":0}',
])('%s holds', (text) => {
  expect(() => check(text)).not.toThrow();
});

test.each([
  ['{"type":"assert-create"}', 'Requirement failed: table already exists'],
  ['{"type":"assert-table-uuid","uuid":"1"}', `Requirement failed: UUID does not match: expected 1 != ${SAMPLE_UUID}`],
  [
    '{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":9007199254740992}',
    'Requirement failed: branch main has changed: expected id 9007199254740992 != 9007199254740993',
  ],
  [
    '{"type":"assert-ref-snapshot-id","ref":"main","snapshot-id":null}',
    'Requirement failed: branch main was created concurrently',
  ],
  ['{"type":"assert-ref-snapshot-id","ref":"v1"}', 'Requirement failed: tag v1 was created concurrently'],
  [
    '{"type":"assert-ref-snapshot-id","ref":"dev","snapshot-id":5}',
    'Requirement failed: branch or tag dev is missing, expected 5',
  ],
  [
    '{"type":"assert-last-assigned-field-id","last-assigned-field-id":2}',
    'Requirement failed: last assigned field id changed: expected id 2 != 3',
  ],
  [
    '{"type":"assert-current-schema-id","current-schema-id":1}',
    'Requirement failed: current schema changed: expected id 1 != 0',
  ],
  [
    '{"type":"assert-last-assigned-partition-id","last-assigned-partition-id":999}',
    'Requirement failed: last assigned partition id changed: expected id 999 != 1000',
  ],
  [
    '{"type":"assert-default-spec-id","default-spec-id":1}',
    'Requirement failed: default partition spec changed: expected id 1 != 0',
  ],
  [
    '{"type":"assert-default-sort-order-id","default-sort-order-id":1}',
    'Requirement failed: default sort order changed: expected id 1 != 0',
  ],
])('%s fails', (text, message) => {
  expect(() => check(text)).toThrow(message);
  expect(() => check(text)).toThrow(expect.objectContaining({ code: 'requirement-failed' }));
});

test('only assert-create holds for a table that does not exist', () => {
  expect(() => checkRequirement({ type: 'assert-create' }, undefined)).not.toThrow();
  expect(() => checkRequirement({ type: 'assert-default-spec-id', defaultSpecId: 0 }, undefined)).toThrow(
    /table does not exist/,
  );
});

test.each([
  '{"type":"assert-view-uuid","uuid":"1"}',
  '{}',
  '{"type":"assert-current-schema-id","current-schema-id":"0"}',
])('%s is no table requirement', (text) => {
  expect(() => check(text)).toThrow(expect.objectContaining({ code: 'bad-request' }));
});
