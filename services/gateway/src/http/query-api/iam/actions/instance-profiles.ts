/** Instance profiles: a role under another name. No machine of this store asks for one, but tools that describe machines make them. */
import { iamArn } from '@needlestack/access-control';
import type { IamInstanceProfile } from '@needlestack/service-contracts';
import { makeId } from '../../../../core/iam/secret-key.ts';
import { NAME_RULE, PATH_RULE } from '../../form-parameters.ts';
import type { QueryAction, QueryCall } from '../../query-call.ts';
import { type AnswerTree, showTime } from '../../render-answer.ts';
import { iamAction, requireTarget } from '../iam-action.ts';
import { listPage, pageOf } from '../list-page.ts';
import { showRole, showTags } from '../show-entity.ts';

const BY_NAME = { on: 'instance-profile' } as const;

/** With its role as it is now. */
export const showInstanceProfile = async (
  { context, accountId }: QueryCall,
  profile: IamInstanceProfile,
  isWhole = true,
): Promise<AnswerTree> => {
  const { roleName } = profile;
  const role =
    roleName === undefined
      ? undefined
      : await context.catalog.readIam('entity', { accountId, kind: 'role', name: roleName });
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: iamArn(profile),
    CreateDate: showTime(profile.createdAtMs),
    Roles: role?.kind === 'role' ? [showRole(role, false)] : [],
    Tags: isWhole ? showTags(profile.tags) : undefined,
  };
};

const createInstanceProfile = iamAction('CreateInstanceProfile', { makes: 'instance-profile' }, async (call) => {
  const { parameters } = call;
  const profile = await call.change({
    change: 'create',
    entity: {
      kind: 'instance-profile',
      name: parameters.required('InstanceProfileName', NAME_RULE),
      path: parameters.optional('Path', PATH_RULE) ?? '/',
      id: call.newId('AIPA', makeId),
      tags: parameters.tags(),
    },
  });
  return profile?.kind === 'instance-profile' ? { InstanceProfile: await showInstanceProfile(call, profile) } : {};
});

const getInstanceProfile = iamAction('GetInstanceProfile', BY_NAME, async (call) => ({
  InstanceProfile: await showInstanceProfile(call, requireTarget(call, 'instance-profile')),
}));

const deleteInstanceProfile = iamAction('DeleteInstanceProfile', BY_NAME, async (call) => {
  await call.change({
    change: 'delete',
    kind: 'instance-profile',
    name: call.parameters.required('InstanceProfileName'),
  });
  return undefined;
});

const changingRole = (name: string, change: 'add-profile-role' | 'remove-profile-role'): QueryAction =>
  iamAction(name, BY_NAME, async (call) => {
    const { parameters } = call;
    const role = parameters.required('RoleName', NAME_RULE);
    await call.change({ change, name: parameters.required('InstanceProfileName'), role });
    return undefined;
  });

const showAll = (call: QueryCall, profiles: readonly IamInstanceProfile[]): Promise<AnswerTree[]> =>
  Promise.all(profiles.map((profile) => showInstanceProfile(call, profile, false)));

const listInstanceProfiles = iamAction('ListInstanceProfiles', { on: 'account' }, async (call) => {
  const { entities, end } = await listPage(call, 'instance-profile');
  return { InstanceProfiles: await showAll(call, entities), ...end };
});

const listInstanceProfilesForRole = iamAction('ListInstanceProfilesForRole', { on: 'role' }, async (call) => {
  const { accountId, context } = call;
  const { items, end } = pageOf(call, requireTarget(call, 'role').instanceProfiles ?? [], (name) => name);
  const profiles: IamInstanceProfile[] = [];
  for (const name of items) {
    const found = await context.catalog.readIam('entity', { accountId, kind: 'instance-profile', name });
    if (found?.kind === 'instance-profile') profiles.push(found);
  }
  return { InstanceProfiles: await showAll(call, profiles), ...end };
});

export const INSTANCE_PROFILE_ACTIONS: readonly QueryAction[] = [
  createInstanceProfile,
  getInstanceProfile,
  deleteInstanceProfile,
  changingRole('AddRoleToInstanceProfile', 'add-profile-role'),
  changingRole('RemoveRoleFromInstanceProfile', 'remove-profile-role'),
  listInstanceProfiles,
  listInstanceProfilesForRole,
];
