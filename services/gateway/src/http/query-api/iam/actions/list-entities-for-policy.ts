import { findAwsManagedPolicy } from '@needlestack/access-control';
import type { IamEntityOf, IamHolder } from '@needlestack/service-contracts';
import { invalid } from '../../form-parameters.ts';
import { iamAction, requireTarget } from '../iam-action.ts';
import { allEntities } from '../list-page.ts';

const FILTERS: Readonly<Record<string, readonly IamHolder['kind'][]>> = {
  User: ['user'],
  Group: ['group'],
  Role: ['role'],
  LocalManagedPolicy: [],
  AWSManagedPolicy: [],
};

/** All of them on one page. */
export const listEntitiesForPolicy = iamAction('ListEntitiesForPolicy', { on: 'policy' }, async (call) => {
  const { parameters } = call;
  const arn = parameters.required('PolicyArn');
  if (findAwsManagedPolicy(arn) === undefined) requireTarget(call, 'policy');
  const filter = parameters.optional('EntityFilter');
  const kinds = filter === undefined ? (['user', 'group', 'role'] as const) : FILTERS[filter];
  if (kinds === undefined) throw invalid('EntityFilter', filter ?? '', `one of ${Object.keys(FILTERS).join(', ')}`);
  const prefix = parameters.optional('PathPrefix') ?? '/';
  const asBoundary = parameters.optional('PolicyUsageFilter') === 'PermissionsBoundary';
  const isBearer = (holder: IamHolder): boolean =>
    holder.path.startsWith(prefix) &&
    (asBoundary ? holder.kind !== 'group' && holder.boundaryArn === arn : holder.attachedPolicyArns.includes(arn));
  const found = async <Kind extends IamHolder['kind']>(kind: Kind): Promise<readonly IamEntityOf<Kind>[]> =>
    kinds.includes(kind) ? (await Array.fromAsync(allEntities(call, kind))).filter((each) => isBearer(each)) : [];
  return {
    PolicyUsers: (await found('user')).map(({ name, id }) => ({ UserName: name, UserId: id })),
    PolicyGroups: (await found('group')).map(({ name, id }) => ({ GroupName: name, GroupId: id })),
    PolicyRoles: (await found('role')).map(({ name, id }) => ({ RoleName: name, RoleId: id })),
    IsTruncated: false,
  };
});
