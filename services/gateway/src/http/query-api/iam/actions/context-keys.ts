/** GetContextKeysForCustomPolicy and GetContextKeysForPrincipalPolicy: what policies ask of a request, so that a simulation can tell it. */
import { contextKeysOf, type Policy } from '@needlestack/access-control';
import { ARN_RULE } from '../../form-parameters.ts';
import type { QueryAction } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import type { AnswerTree } from '../../render-answer.ts';
import { compilePolicyInput, findPolicySource } from '../find-policy-source.ts';
import { authorizeIam, iamAction } from '../iam-action.ts';

const show = (policies: readonly Policy[]): AnswerTree => {
  const keys = new Set(policies.flatMap(({ statements }) => [...contextKeysOf(statements)]));
  return { ContextKeyNames: [...keys].sort() };
};

export const getContextKeysForCustomPolicy = iamAction(
  'GetContextKeysForCustomPolicy',
  { on: 'account' },
  async (call) => {
    const policies = compilePolicyInput(call);
    if (policies.length === 0) throw new QueryError('ValidationError', 'PolicyInputList must have a member');
    return show(policies);
  },
);

export const getContextKeysForPrincipalPolicy: QueryAction = {
  name: 'GetContextKeysForPrincipalPolicy',
  authorize: async (call) => {
    authorizeIam(call, 'GetContextKeysForPrincipalPolicy', call.parameters.required('PolicySourceArn', ARN_RULE));
  },
  run: async (call) => {
    const source = await findPolicySource(call, call.parameters.required('PolicySourceArn', ARN_RULE));
    return show([...(source.policies?.identity ?? []), ...compilePolicyInput(call)]);
  },
};
