import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { IamChangeOf, IamEntity } from '@needlestack/service-contracts';
import { ROLES_PER_PROFILE_MAX } from './iam-limits.ts';
import { limitExceeded, noSuch } from './iam-refusals.ts';
import { putEntity, requireEntity } from './iam-rows.ts';

/** The role says in which profiles it is, so that it cannot go while one holds it. */
export function* addProfileRole(
  tx: KvTransaction,
  { accountId, name, role: roleName }: IamChangeOf<'add-profile-role'>,
): KvProgram<IamEntity> {
  const profile = yield* requireEntity(tx, accountId, 'instance-profile', name);
  const role = yield* requireEntity(tx, accountId, 'role', roleName);
  if (profile.roleName !== undefined) throw limitExceeded('InstanceSessionsPerInstanceProfile', ROLES_PER_PROFILE_MAX);
  putEntity(tx, { ...role, instanceProfiles: [...(role.instanceProfiles ?? []), profile.name] });
  return putEntity(tx, { ...profile, roleName: role.name });
}

export function* removeProfileRole(
  tx: KvTransaction,
  { accountId, name, role: roleName }: IamChangeOf<'remove-profile-role'>,
): KvProgram<IamEntity> {
  const profile = yield* requireEntity(tx, accountId, 'instance-profile', name);
  const role = yield* requireEntity(tx, accountId, 'role', roleName);
  if (profile.roleName !== role.name) throw noSuch(`Role ${role.name} is not in instance profile ${profile.name}.`);
  putEntity(tx, { ...role, instanceProfiles: (role.instanceProfiles ?? []).filter((each) => each !== profile.name) });
  return putEntity(tx, { ...profile, roleName: undefined });
}
