/** What hangs on users, groups and roles: inline policies, attached ones, boundaries, memberships. */
import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { IamChangeOf, IamEntity } from '@needlestack/service-contracts';
import { ATTACHED_POLICIES_MAX, GROUPS_PER_USER_MAX, INLINE_POLICY_BYTES_MAX } from './iam-limits.ts';
import { limitExceeded, noSuch } from './iam-refusals.ts';
import { putEntity, requireEntity, requireHolder } from './iam-rows.ts';
import { bindBoundary, bindPolicy } from './policy-references.ts';

export function* putInlinePolicy(
  tx: KvTransaction,
  { accountId, kind, name, policyName, document }: IamChangeOf<'put-inline-policy'>,
): KvProgram<IamEntity> {
  const holder = yield* requireHolder(tx, accountId, kind, name);
  const inlinePolicies = { ...holder.inlinePolicies, [policyName]: document };
  let sizeBytes = 0;
  for (const text of Object.values(inlinePolicies)) sizeBytes += Buffer.byteLength(text.replace(/\s+/g, ''));
  const limit = INLINE_POLICY_BYTES_MAX[kind];
  if (sizeBytes > limit) throw limitExceeded(`bytes of all inline policies of a ${kind}`, limit);
  return putEntity(tx, { ...holder, inlinePolicies });
}

export function* deleteInlinePolicy(
  tx: KvTransaction,
  { accountId, kind, name, policyName }: IamChangeOf<'delete-inline-policy'>,
): KvProgram<IamEntity> {
  const holder = yield* requireHolder(tx, accountId, kind, name);
  if (!Object.hasOwn(holder.inlinePolicies, policyName))
    throw noSuch(`The ${kind} policy with name ${policyName} cannot be found.`);
  const { [policyName]: _gone, ...inlinePolicies } = holder.inlinePolicies;
  return putEntity(tx, { ...holder, inlinePolicies });
}

/** Attaching what is attached is no error. */
export function* attachPolicy(
  tx: KvTransaction,
  { accountId, kind, name, policyArn }: IamChangeOf<'attach-policy'>,
): KvProgram<IamEntity> {
  const holder = yield* requireHolder(tx, accountId, kind, name);
  if (holder.attachedPolicyArns.includes(policyArn)) return holder;
  yield* bindPolicy(tx, accountId, policyArn, 1);
  if (holder.attachedPolicyArns.length >= ATTACHED_POLICIES_MAX)
    throw limitExceeded(`policies attached to a ${kind}`, ATTACHED_POLICIES_MAX);
  return putEntity(tx, { ...holder, attachedPolicyArns: [...holder.attachedPolicyArns, policyArn] });
}

export function* detachPolicy(
  tx: KvTransaction,
  { accountId, kind, name, policyArn }: IamChangeOf<'detach-policy'>,
): KvProgram<IamEntity> {
  const holder = yield* requireHolder(tx, accountId, kind, name);
  if (!holder.attachedPolicyArns.includes(policyArn)) throw noSuch(`Policy ${policyArn} was not found.`);
  yield* bindPolicy(tx, accountId, policyArn, -1);
  return putEntity(tx, {
    ...holder,
    attachedPolicyArns: holder.attachedPolicyArns.filter((each) => each !== policyArn),
  });
}

export function* setBoundary(
  tx: KvTransaction,
  { accountId, kind, name, policyArn }: IamChangeOf<'set-boundary'>,
): KvProgram<IamEntity> {
  const entity = yield* requireEntity(tx, accountId, kind, name);
  const before = entity.boundaryArn;
  if (policyArn === undefined && before === undefined)
    throw noSuch(`The ${kind} with name ${name} has no permissions boundary.`);
  if (policyArn === before) return entity;
  if (before !== undefined) yield* bindBoundary(tx, accountId, before, -1);
  if (policyArn !== undefined) yield* bindBoundary(tx, accountId, policyArn, 1);
  return putEntity(tx, { ...entity, boundaryArn: policyArn });
}

/** Adding who is in the group, and removing who is not, is no error. */
export function* changeMembership(
  tx: KvTransaction,
  { change, accountId, group: groupName, name }: IamChangeOf<'add-member' | 'remove-member'>,
): KvProgram<IamEntity> {
  const group = yield* requireEntity(tx, accountId, 'group', groupName);
  const user = yield* requireEntity(tx, accountId, 'user', name);
  const isAdded = change === 'add-member';
  if (user.groups.includes(group.name) === isAdded) return user;
  if (isAdded && user.groups.length >= GROUPS_PER_USER_MAX) throw limitExceeded('GroupsPerUser', GROUPS_PER_USER_MAX);
  putEntity(tx, { ...group, memberCount: group.memberCount + (isAdded ? 1 : -1) });
  const groups = isAdded ? [...user.groups, group.name] : user.groups.filter((each) => each !== group.name);
  return putEntity(tx, { ...user, groups });
}
