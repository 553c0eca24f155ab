/** GetAccountAuthorizationDetails: everything that decides who may do what, page by page. */
import { AWS_MANAGED_POLICIES } from '@needlestack/access-control';
import type { IamEntity, IamGroup, IamHolder, IamPolicy, IamRole, IamUser } from '@needlestack/service-contracts';
import { invalid } from '../../form-parameters.ts';
import type { QueryCall } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import type { AnswerTree } from '../../render-answer.ts';
import { iamAction } from '../iam-action.ts';
import { allEntities, endPage, maxItemsOf, readMarker } from '../list-page.ts';
import {
  showAttached,
  showAwsPolicy,
  showAwsPolicyVersion,
  showGroup,
  showPolicy,
  showPolicyVersion,
  showRole,
  showUser,
} from '../show-entity.ts';
import { showInstanceProfile } from './instance-profiles.ts';

/** In the order in which they are walked. */
const KINDS = ['user', 'group', 'role', 'policy'] as const;
type DetailedKind = (typeof KINDS)[number];

const AWS_FILTER = 'AWSManagedPolicy';
const FILTERS: ReadonlyMap<string, DetailedKind> = new Map([
  ['User', 'user'],
  ['Group', 'group'],
  ['Role', 'role'],
  ['LocalManagedPolicy', 'policy'],
]);

export const getAccountAuthorizationDetails = iamAction(
  'GetAccountAuthorizationDetails',
  { on: 'account' },
  async (call) => {
    const { kinds, withAws } = readFilter(call);
    const max = maxItemsOf(call);
    const found: IamEntity[] = [];
    for await (const entity of walk(call, kinds)) {
      if (found.length === max) return showPage(call, found, endPage(markerOf(found.at(-1))), false);
      found.push(entity);
    }
    return showPage(call, found, endPage(undefined), withAws);
  },
);

const readFilter = (call: QueryCall): { readonly kinds: readonly DetailedKind[]; readonly withAws: boolean } => {
  const filter = call.parameters.list('Filter');
  if (filter.length === 0) return { kinds: KINDS, withAws: true };
  for (const name of filter)
    if (name !== AWS_FILTER && !FILTERS.has(name))
      throw invalid('Filter', name, `one of ${[...FILTERS.keys(), AWS_FILTER].join(', ')}`);
  return {
    kinds: KINDS.filter((kind) => filter.some((name) => FILTERS.get(name) === kind)),
    withAws: filter.includes(AWS_FILTER),
  };
};

const markerOf = (entity: IamEntity | undefined): string | undefined =>
  entity === undefined ? undefined : `${entity.kind}/${entity.name}`;

/** Entities of the kinds, behind the marker. */
async function* walk(call: QueryCall, kinds: readonly DetailedKind[]): AsyncGenerator<IamEntity> {
  const marker = readMarker(call);
  const slash = marker.indexOf('/');
  const behindKind = KINDS.find((kind) => kind === marker.slice(0, slash));
  if (marker !== '' && behindKind === undefined) throw new QueryError('ValidationError', 'Invalid Marker.');
  const first = behindKind === undefined ? 0 : KINDS.indexOf(behindKind);
  for (const kind of kinds) {
    if (KINDS.indexOf(kind) < first) continue;
    yield* allEntities(call, kind, kind === behindKind ? marker.slice(slash + 1) : '');
  }
}

const showPage = async (
  call: QueryCall,
  found: readonly IamEntity[],
  end: AnswerTree,
  withAws: boolean,
): Promise<AnswerTree> => {
  const roles: AnswerTree[] = [];
  for (const entity of found) if (entity.kind === 'role') roles.push(await detailRole(call, entity));
  const aws = withAws
    ? AWS_MANAGED_POLICIES.map((policy) => ({
        ...showAwsPolicy(policy),
        PolicyVersionList: [showAwsPolicyVersion(policy, true)],
      }))
    : [];
  return {
    UserDetailList: found.filter((each) => each.kind === 'user').map(detailUser),
    GroupDetailList: found.filter((each) => each.kind === 'group').map(detailGroup),
    RoleDetailList: roles,
    Policies: [...found.filter((each) => each.kind === 'policy').map(detailPolicy), ...aws],
    ...end,
  };
};

const inlineOf = ({ inlinePolicies }: IamHolder): AnswerTree[] =>
  Object.entries(inlinePolicies).map(([PolicyName, document]) => ({
    PolicyName,
    PolicyDocument: encodeURIComponent(document),
  }));

const detailUser = (user: IamUser): AnswerTree => ({
  ...showUser(user),
  UserPolicyList: inlineOf(user),
  GroupList: user.groups,
  AttachedManagedPolicies: showAttached(user.attachedPolicyArns),
});

const detailGroup = (group: IamGroup): AnswerTree => ({
  ...showGroup(group),
  GroupPolicyList: inlineOf(group),
  AttachedManagedPolicies: showAttached(group.attachedPolicyArns),
});

const detailRole = async (call: QueryCall, role: IamRole): Promise<AnswerTree> => {
  const profiles: AnswerTree[] = [];
  for (const name of role.instanceProfiles ?? []) {
    const { accountId } = call;
    const profile = await call.context.catalog.readIam('entity', { accountId, kind: 'instance-profile', name });
    if (profile?.kind === 'instance-profile') profiles.push(await showInstanceProfile(call, profile, false));
  }
  return {
    ...showRole(role),
    InstanceProfileList: profiles,
    RolePolicyList: inlineOf(role),
    AttachedManagedPolicies: showAttached(role.attachedPolicyArns),
  };
};

const detailPolicy = (policy: IamPolicy): AnswerTree => ({
  ...showPolicy(policy),
  PolicyVersionList: policy.versions.map((version) => showPolicyVersion(version, policy, true)),
});
