import type { IamHolder } from '@needlestack/service-contracts';
import { ARN_RULE } from '../../form-parameters.ts';
import type { QueryAction } from '../../query-call.ts';
import { iamAction, NAME_PARAMETER, requireTarget } from '../iam-action.ts';
import { pageOf } from '../list-page.ts';
import { showAttached } from '../show-entity.ts';

const NOUN: Readonly<Record<IamHolder['kind'], string>> = { user: 'User', group: 'Group', role: 'Role' };

const changing = (name: string, change: 'attach-policy' | 'detach-policy', kind: IamHolder['kind']): QueryAction =>
  iamAction(name, { on: kind }, async (call) => {
    const policyArn = call.parameters.required('PolicyArn', ARN_RULE);
    await call.change({ change, kind, name: call.parameters.required(NAME_PARAMETER[kind]), policyArn });
    return undefined;
  });

const listing = (kind: IamHolder['kind']): QueryAction =>
  iamAction(`ListAttached${NOUN[kind]}Policies`, { on: kind }, async (call) => {
    const { items, end } = pageOf(call, requireTarget(call, kind).attachedPolicyArns, (arn) => arn);
    return { AttachedPolicies: showAttached(items), ...end };
  });

/** Attach, Detach and ListAttached for users, groups and roles. */
export const ATTACHED_POLICY_ACTIONS: readonly QueryAction[] = (['user', 'group', 'role'] as const).flatMap((kind) => [
  changing(`Attach${NOUN[kind]}Policy`, 'attach-policy', kind),
  changing(`Detach${NOUN[kind]}Policy`, 'detach-policy', kind),
  listing(kind),
]);
