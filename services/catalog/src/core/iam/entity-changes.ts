/** Entities made, renamed, removed. */
import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type IamChangeOf,
  type IamEntity,
  type IamUser,
  type NewIamEntity,
} from '@needlestack/service-contracts';
import { checkTags } from './entity-tags.ts';
import { IAM_ENTITIES_MAX, IAM_NAME_LENGTH_MAX, IAM_PATH_LENGTH_MAX } from './iam-limits.ts';
import { deleteConflict, entityAlreadyExists, limitExceeded } from './iam-refusals.ts';
import {
  countEntities,
  dropEntity,
  findEntity,
  findKeyOwner,
  putEntity,
  putKeyOwner,
  readAccount,
  requireEntity,
} from './iam-rows.ts';
import { usersOf } from './list-entities.ts';
import { bindBoundary } from './policy-references.ts';

export function* createEntity(
  tx: KvTransaction,
  { accountId, entity }: IamChangeOf<'create'>,
  nowMs: number,
): KvProgram<IamEntity> {
  const { kind, name } = entity;
  checkName(name, entity.path);
  checkTags(entity.tags);
  if ((yield* findEntity(tx, accountId, kind, name)) !== undefined) throw entityAlreadyExists(kind, name);
  const { counts } = yield* readAccount(tx, accountId);
  if (counts[kind] >= IAM_ENTITIES_MAX[kind]) throw limitExceeded(`${kind}s per account`, IAM_ENTITIES_MAX[kind]);
  yield* countEntities(tx, accountId, kind, 1);
  if ('boundaryArn' in entity && entity.boundaryArn !== undefined) {
    yield* bindBoundary(tx, accountId, entity.boundaryArn, 1);
  }
  return putEntity(tx, complete(entity, { accountId, createdAtMs: nowMs }));
}

const NO_POLICIES = { inlinePolicies: {}, attachedPolicyArns: [] };

function complete(entity: NewIamEntity, facts: { accountId: string; createdAtMs: number }): IamEntity {
  switch (entity.kind) {
    case 'user':
      return { ...entity, ...facts, ...NO_POLICIES, groups: [], accessKeys: [] };
    case 'group':
      return { ...entity, ...facts, ...NO_POLICIES, memberCount: 0 };
    case 'role':
      return { ...entity, ...facts, ...NO_POLICIES };
    case 'policy': {
      const { document, ...rest } = entity;
      const versionId = 'v1';
      return {
        ...rest,
        ...facts,
        versions: [{ versionId, document, createdAtMs: facts.createdAtMs }],
        defaultVersionId: versionId,
        lastVersion: 1,
        updatedAtMs: facts.createdAtMs,
        attachmentCount: 0,
        boundaryCount: 0,
      };
    }
    default:
      return { ...entity, ...facts };
  }
}

function checkName(name: string, path: string): void {
  if (name === '' || name.length > IAM_NAME_LENGTH_MAX)
    throw new CatalogError('InvalidRequest', `a name of ${name.length} characters: 1 to ${IAM_NAME_LENGTH_MAX}`);
  if (name.includes('\0') || path.length > IAM_PATH_LENGTH_MAX)
    throw new CatalogError('InvalidRequest', `a path of ${path.length} characters: up to ${IAM_PATH_LENGTH_MAX}`);
}

export function* deleteEntity(
  tx: KvTransaction,
  { accountId, kind, name }: IamChangeOf<'delete'>,
): KvProgram<IamEntity> {
  const entity: IamEntity = yield* requireEntity(tx, accountId, kind, name);
  refuseInUse(entity);
  if ((entity.kind === 'user' || entity.kind === 'role') && entity.boundaryArn !== undefined) {
    yield* bindBoundary(tx, accountId, entity.boundaryArn, -1);
  }
  yield* countEntities(tx, accountId, kind, -1);
  dropEntity(tx, entity);
  return entity;
}

const IN_PROFILE = 'Cannot delete entity, must remove roles from instance profile first.';

/** @throws CatalogError `DeleteConflict` that says what is to be removed first */
function refuseInUse(entity: IamEntity): void {
  if (entity.kind === 'policy') {
    if (entity.attachmentCount + entity.boundaryCount > 0)
      throw deleteConflict('Cannot delete a policy attached to entities.');
    if (entity.versions.length > 1)
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions.",
      );
    return;
  }
  if (entity.kind === 'oidc-provider') return;
  if (entity.kind === 'instance-profile') {
    if (entity.roleName !== undefined) throw deleteConflict(IN_PROFILE);
    return;
  }
  if (entity.kind === 'role' && entity.instanceProfiles !== undefined && entity.instanceProfiles.length > 0)
    throw deleteConflict(IN_PROFILE);
  if (entity.kind === 'group' && entity.memberCount > 0)
    throw deleteConflict('Cannot delete entity, must remove users from group first.');
  if (entity.kind === 'user') {
    if (entity.loginProfile !== undefined)
      throw deleteConflict('Cannot delete entity, must delete login profile first.');
    if (entity.accessKeys.length > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.');
    if (entity.groups.length > 0) throw deleteConflict('Cannot delete entity, must remove user from groups first.');
  }
  if (entity.attachedPolicyArns.length > 0)
    throw deleteConflict('Cannot delete entity, must detach all policies first.');
  if (Object.keys(entity.inlinePolicies).length > 0)
    throw deleteConflict('Cannot delete entity, must delete policies first.');
}

/** A new name or path; keys and memberships follow. */
export function* renameEntity(
  tx: KvTransaction,
  { accountId, kind, name, newName, newPath }: IamChangeOf<'rename'>,
): KvProgram<IamEntity> {
  const entity: IamEntity = yield* requireEntity(tx, accountId, kind, name);
  const renamed = { ...entity, name: newName ?? entity.name, path: newPath ?? entity.path };
  checkName(renamed.name, renamed.path);
  if (renamed.name.toLowerCase() !== entity.name.toLowerCase()) {
    if ((yield* findEntity(tx, accountId, kind, renamed.name)) !== undefined)
      throw entityAlreadyExists(kind, renamed.name);
  }
  dropEntity(tx, entity);
  if (entity.kind === 'group') yield* renameInMembers(tx, accountId, entity.name, renamed.name);
  if (entity.kind === 'user') yield* renameInKeys(tx, entity, renamed.name);
  return putEntity(tx, renamed);
}

function* renameInMembers(tx: KvTransaction, accountId: string, from: string, to: string): KvProgram<void> {
  if (from === to) return;
  const members = yield* usersOf(tx, accountId, ({ groups }) => groups.includes(from));
  for (const user of members)
    putEntity(tx, { ...user, groups: user.groups.map((group) => (group === from ? to : group)) });
}

function* renameInKeys(tx: KvTransaction, user: IamUser, to: string): KvProgram<void> {
  for (const { accessKeyId } of user.accessKeys) {
    const owner = yield* findKeyOwner(tx, accessKeyId);
    if (owner !== undefined) putKeyOwner(tx, accessKeyId, { ...owner, userName: to });
  }
}

export function* updateRole(
  tx: KvTransaction,
  { accountId, name, trustPolicy, description, maxSessionSeconds }: IamChangeOf<'update-role'>,
): KvProgram<IamEntity> {
  const role = yield* requireEntity(tx, accountId, 'role', name);
  return putEntity(tx, {
    ...role,
    trustPolicy: trustPolicy ?? role.trustPolicy,
    description: description ?? role.description,
    maxSessionSeconds: maxSessionSeconds ?? role.maxSessionSeconds,
  });
}
