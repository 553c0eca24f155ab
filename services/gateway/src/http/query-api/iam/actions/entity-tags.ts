import type { IamKind } from '@needlestack/service-contracts';
import type { QueryAction, QueryCall } from '../../query-call.ts';
import { iamAction, requireTarget } from '../iam-action.ts';
import { pageOf } from '../list-page.ts';

const TAGGED = ['user', 'role', 'policy', 'oidc-provider', 'instance-profile'] as const;
type Tagged = (typeof TAGGED)[number];
const NOUN: Readonly<Record<Tagged, string>> = {
  user: 'User',
  role: 'Role',
  policy: 'Policy',
  'oidc-provider': 'OpenIDConnectProvider',
  'instance-profile': 'InstanceProfile',
};

const nameOf = (call: QueryCall, kind: IamKind): string => requireTarget(call, kind).name;

const tagging = (kind: Tagged): QueryAction =>
  iamAction(`Tag${NOUN[kind]}`, { on: kind }, async (call) => {
    await call.change({ change: 'tag', kind, name: nameOf(call, kind), tags: call.parameters.tags() });
    return undefined;
  });

const untagging = (kind: Tagged): QueryAction =>
  iamAction(`Untag${NOUN[kind]}`, { on: kind }, async (call) => {
    const tagKeys = call.parameters.list('TagKeys', { minLength: 1, maxLength: 128 });
    await call.change({ change: 'untag', kind, name: nameOf(call, kind), tagKeys });
    return undefined;
  });

const listing = (kind: Tagged): QueryAction =>
  iamAction(`List${NOUN[kind]}Tags`, { on: kind }, async (call) => {
    const tags = Object.entries(requireTarget(call, kind).tags).map(([Key, Value]) => ({ Key, Value }));
    const { items, end } = pageOf(call, tags, ({ Key }) => Key);
    return { Tags: items, ...end };
  });

/** Tag, Untag and List...Tags for everything that has tags: groups have none. */
export const TAG_ACTIONS: readonly QueryAction[] = TAGGED.flatMap((kind) => [
  tagging(kind),
  untagging(kind),
  listing(kind),
]);
