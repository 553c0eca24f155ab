import type { IamHolder } from '@needlestack/service-contracts';
import { NAME_RULE } from '../../form-parameters.ts';
import type { QueryAction } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { checkInlinePolicy } from '../check-document.ts';
import { iamAction, NAME_PARAMETER, requireTarget } from '../iam-action.ts';
import { pageOf } from '../list-page.ts';

const NOUN: Readonly<Record<IamHolder['kind'], string>> = { user: 'User', group: 'Group', role: 'Role' };

const putting = (kind: IamHolder['kind']): QueryAction =>
  iamAction(`Put${NOUN[kind]}Policy`, { on: kind }, async (call) => {
    const { parameters } = call;
    const ignoresPrincipals = kind === 'role' && call.context.compatibility.has('principal-in-role-policies');
    await call.change({
      change: 'put-inline-policy',
      kind,
      name: parameters.required(NAME_PARAMETER[kind]),
      policyName: parameters.required('PolicyName', NAME_RULE),
      document: checkInlinePolicy(parameters.required('PolicyDocument'), ignoresPrincipals),
    });
    return undefined;
  });

const getting = (kind: IamHolder['kind']): QueryAction =>
  iamAction(`Get${NOUN[kind]}Policy`, { on: kind }, async (call) => {
    const { name, inlinePolicies } = requireTarget(call, kind);
    const policyName = call.parameters.required('PolicyName', NAME_RULE);
    const document = Object.hasOwn(inlinePolicies, policyName) ? inlinePolicies[policyName] : undefined;
    if (document === undefined)
      throw new QueryError('NoSuchEntity', `The ${kind} policy with name ${policyName} cannot be found.`);
    return {
      [NAME_PARAMETER[kind]]: name,
      PolicyName: policyName,
      PolicyDocument: encodeURIComponent(document),
    };
  });

const listing = (kind: IamHolder['kind']): QueryAction =>
  iamAction(`List${NOUN[kind]}Policies`, { on: kind }, async (call) => {
    const names = Object.keys(requireTarget(call, kind).inlinePolicies).sort();
    const { items, end } = pageOf(call, names, (name) => name);
    return { PolicyNames: items, ...end };
  });

const deleting = (kind: IamHolder['kind']): QueryAction =>
  iamAction(`Delete${NOUN[kind]}Policy`, { on: kind }, async (call) => {
    const name = call.parameters.required(NAME_PARAMETER[kind]);
    const policyName = call.parameters.required('PolicyName', NAME_RULE);
    await call.change({ change: 'delete-inline-policy', kind, name, policyName });
    return undefined;
  });

/** Put, Get, List and Delete for users, groups and roles. */
export const INLINE_POLICY_ACTIONS: readonly QueryAction[] = (['user', 'group', 'role'] as const).flatMap((kind) => [
  putting(kind),
  getting(kind),
  listing(kind),
  deleting(kind),
]);
