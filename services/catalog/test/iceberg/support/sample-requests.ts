import { isJsonObject, type JsonObject } from '@needlestack/iceberg-format';
import type { Answer, RunningCatalog } from './start-catalog.ts';

export const LAKE = '/iceberg/v1/lake';

export const SCHEMA: JsonObject = {
  type: 'struct',
  'schema-id': 0,
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'name', required: false, type: 'string' },
  ],
};

export function errorOf(answer: Answer): {
  readonly status: number;
  readonly type: unknown;
  readonly message: unknown;
} {
  const { error } = answer.body;
  if (!isJsonObject(error)) throw new Error(`no Iceberg error in ${answer.status} ${answer.text}`);
  expect(Object.keys(error).sort()).toEqual(['code', 'message', 'type']);
  expect(error.code).toBe(answer.status);
  return { status: answer.status, type: error.type, message: error.message };
}

/** A member of a member, wherever JSON leads. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const name of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  return found;
}

export async function createNamespace(store: RunningCatalog, ...levels: string[]): Promise<void> {
  const answer = await store.call('POST', `${LAKE}/namespaces`, { namespace: levels });
  if (answer.status !== 200) throw new Error(answer.text);
}

export async function createTable(
  store: RunningCatalog,
  namespace: string,
  name: string,
  more: JsonObject = {},
): Promise<Answer> {
  const path = `${LAKE}/namespaces/${encodeURIComponent(namespace)}/tables`;
  const answer = await store.call('POST', path, { name, schema: SCHEMA, ...more });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer;
}

/** The updates of an append: a snapshot whose manifest list lies in no bucket of this store. */
export function appendUpdates(snapshotId: bigint, sequenceNumber: number, parentId?: bigint): readonly JsonObject[] {
  return [
    {
      action: 'add-snapshot',
      snapshot: {
        'snapshot-id': snapshotId,
        ...(parentId === undefined ? {} : { 'parent-snapshot-id': parentId }),
        'sequence-number': sequenceNumber,
        'timestamp-ms': 1_760_000_000_000 + sequenceNumber,
        'manifest-list': `s3://elsewhere/snap-${snapshotId}.avro`,
        summary: { operation: 'append' },
        'schema-id': 0,
      },
    },
    { action: 'set-snapshot-ref', 'ref-name': 'main', type: 'branch', 'snapshot-id': snapshotId },
  ];
}

export function requireMain(snapshotId: bigint | null): JsonObject {
  return { type: 'assert-ref-snapshot-id', ref: 'main', 'snapshot-id': snapshotId };
}
