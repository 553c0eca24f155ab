import { PARTITION_ID_START } from '../limits.ts';
import {
  assignPartitionIds,
  checkPartitionSpec,
  fingerprintSpec,
  type UnboundPartitionSpec,
} from '../partition-spec.ts';
import { checkSortOrder, fingerprintSortOrder, type SortOrder } from '../sort-order.ts';
import { findSchema, findSortOrder, findSpec } from '../table-metadata.ts';
import { changeDraft, type MetadataDraft, refuseUpdate, resolveLastAdded } from './metadata-draft.ts';

/** Adds a partition spec under the next id; an equal one keeps its old id. Partition field ids are never used again. */
export function addSpec(draft: MetadataDraft, spec: UnboundPartitionSpec): void {
  const { metadata } = draft;
  const specs = metadata['partition-specs'];
  const fingerprint = fingerprintSpec(spec);
  const equal = specs.find((existing) => fingerprintSpec(existing) === fingerprint);
  if (equal !== undefined) {
    draft.lastAddedSpecId = equal['spec-id'];
    return;
  }
  checkPartitionSpec(spec, currentSchema(draft));
  const specId = Math.max(-1, ...specs.map((existing) => existing['spec-id'])) + 1;
  const lastPartitionId = metadata['last-partition-id'];
  const bound = assignPartitionIds(spec, specId, { formatVersion: metadata['format-version'], specs, lastPartitionId });
  changeDraft(draft, {
    'partition-specs': [...specs, bound],
    'last-partition-id': Math.max(
      PARTITION_ID_START,
      lastPartitionId,
      ...bound.fields.map((field) => field['field-id']),
    ),
  });
  draft.lastAddedSpecId = specId;
}

export function setDefaultSpec(draft: MetadataDraft, requestedId: number): void {
  const specId = resolveLastAdded(requestedId, draft.lastAddedSpecId, 'partition spec');
  if (specId === draft.metadata['default-spec-id']) return;
  if (findSpec(draft.metadata, specId) === undefined) {
    throw refuseUpdate(`Cannot set default partition spec to unknown spec: ${specId}`);
  }
  changeDraft(draft, { 'default-spec-id': specId });
}

export function removeSpecs(draft: MetadataDraft, specIds: readonly number[]): void {
  const { metadata } = draft;
  if (specIds.includes(metadata['default-spec-id'])) throw refuseUpdate('Cannot remove the default partition spec');
  const specs = metadata['partition-specs'].filter((spec) => !specIds.includes(spec['spec-id']));
  if (specs.length !== metadata['partition-specs'].length) changeDraft(draft, { 'partition-specs': specs });
}

/** Adds a sort order under the next id from 1; the unsorted one is 0, an equal one keeps its old id. */
export function addSortOrder(draft: MetadataDraft, order: SortOrder): void {
  const orders = draft.metadata['sort-orders'];
  const fingerprint = fingerprintSortOrder(order);
  const isUnsorted = order.fields.length === 0;
  const equal = isUnsorted
    ? findSortOrder(draft.metadata, 0)
    : orders.find((existing) => fingerprintSortOrder(existing) === fingerprint);
  if (equal !== undefined) {
    draft.lastAddedOrderId = equal['order-id'];
    return;
  }
  checkSortOrder(order, currentSchema(draft));
  const orderId = isUnsorted ? 0 : Math.max(0, ...orders.map((existing) => existing['order-id'])) + 1;
  changeDraft(draft, { 'sort-orders': [...orders, { ...order, 'order-id': orderId }] });
  draft.lastAddedOrderId = orderId;
}

export function setDefaultSortOrder(draft: MetadataDraft, requestedId: number): void {
  const orderId = resolveLastAdded(requestedId, draft.lastAddedOrderId, 'sort order');
  if (orderId === draft.metadata['default-sort-order-id']) return;
  if (findSortOrder(draft.metadata, orderId) === undefined) {
    throw refuseUpdate(`Cannot set default sort order to unknown order: ${orderId}`);
  }
  changeDraft(draft, { 'default-sort-order-id': orderId });
}

function currentSchema(draft: MetadataDraft) {
  const schema = findSchema(draft.metadata, draft.metadata['current-schema-id']);
  if (schema === undefined) throw refuseUpdate('A partition spec or sort order needs a current schema first');
  return schema;
}
