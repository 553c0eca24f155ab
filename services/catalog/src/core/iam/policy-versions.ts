import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { IamChangeOf, IamEntity } from '@needlestack/service-contracts';
import { POLICY_VERSIONS_MAX } from './iam-limits.ts';
import { deleteConflict, limitExceeded, noSuch } from './iam-refusals.ts';
import { putEntity, requireEntity } from './iam-rows.ts';

export function* createPolicyVersion(
  tx: KvTransaction,
  { accountId, name, document, isDefault }: IamChangeOf<'create-policy-version'>,
  nowMs: number,
): KvProgram<IamEntity> {
  const policy = yield* requireEntity(tx, accountId, 'policy', name);
  if (policy.versions.length >= POLICY_VERSIONS_MAX) throw limitExceeded('PolicyVersions', POLICY_VERSIONS_MAX);
  const lastVersion = policy.lastVersion + 1;
  const versionId = `v${lastVersion}`;
  return putEntity(tx, {
    ...policy,
    versions: [...policy.versions, { versionId, document, createdAtMs: nowMs }],
    lastVersion,
    updatedAtMs: nowMs,
    defaultVersionId: isDefault ? versionId : policy.defaultVersionId,
  });
}

export function* setDefaultPolicyVersion(
  tx: KvTransaction,
  { accountId, name, versionId }: IamChangeOf<'set-default-policy-version'>,
  nowMs: number,
): KvProgram<IamEntity> {
  const policy = yield* requireEntity(tx, accountId, 'policy', name);
  if (!policy.versions.some((version) => version.versionId === versionId)) throw noSuchVersion(name, versionId);
  return putEntity(tx, { ...policy, defaultVersionId: versionId, updatedAtMs: nowMs });
}

/** @throws CatalogError `DeleteConflict` for the version in force */
export function* deletePolicyVersion(
  tx: KvTransaction,
  { accountId, name, versionId }: IamChangeOf<'delete-policy-version'>,
): KvProgram<IamEntity> {
  const policy = yield* requireEntity(tx, accountId, 'policy', name);
  const versions = policy.versions.filter((version) => version.versionId !== versionId);
  if (versions.length === policy.versions.length) throw noSuchVersion(name, versionId);
  if (versionId === policy.defaultVersionId) throw deleteConflict('Cannot delete the default version of a policy.');
  return putEntity(tx, { ...policy, versions });
}

function noSuchVersion(name: string, versionId: string) {
  return noSuch(`Policy ${name} version ${versionId} does not exist or is not attachable.`);
}
