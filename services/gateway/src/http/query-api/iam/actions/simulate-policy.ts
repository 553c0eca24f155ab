/** SimulatePrincipalPolicy and SimulateCustomPolicy: the evaluator's answer to a question nobody asked yet. */
import {
  contextKeysOf,
  decideAccess,
  normalizeConditionKey,
  type Policy,
  type Principal,
  parseBucketPolicy,
} from '@needlestack/access-control';
import { ARN_RULE } from '../../form-parameters.ts';
import type { QueryAction, QueryCall } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import type { AnswerTree } from '../../render-answer.ts';
import { compilePolicyInput, findPolicySource, simulatedUser } from '../find-policy-source.ts';
import { authorizeIam, iamAction } from '../iam-action.ts';

const ACTION_RULE = { minLength: 3, maxLength: 128, pattern: /^[a-zA-Z0-9-]+:[a-zA-Z0-9*]+$/ };
const RESOURCE_RULE = { minLength: 1, maxLength: 2048 };

interface Simulation {
  readonly principal: Principal;
  readonly resourcePolicy: Policy | undefined;
}

export const simulateCustomPolicy: QueryAction = iamAction('SimulateCustomPolicy', { on: 'account' }, async (call) => {
  const identity = compilePolicyInput(call);
  if (identity.length === 0) throw new QueryError('ValidationError', 'PolicyInputList must have a member');
  const principal = { ...simulatedUser(call), policies: { identity, ...boundaryOf(call) } };
  return answer(call, { principal, resourcePolicy: resourcePolicyOf(call) });
});

export const simulatePrincipalPolicy: QueryAction = {
  name: 'SimulatePrincipalPolicy',
  authorize: async (call) => {
    authorizeIam(call, 'SimulatePrincipalPolicy', call.parameters.required('PolicySourceArn', ARN_RULE));
  },
  run: async (call) => {
    const source = await findPolicySource(call, call.parameters.required('PolicySourceArn', ARN_RULE));
    const { policies = { identity: [] } } = source;
    const identity = [...policies.identity, ...compilePolicyInput(call)];
    const principal = { ...source, policies: { ...policies, identity, ...boundaryOf(call) } };
    return answer(call, { principal, resourcePolicy: resourcePolicyOf(call) });
  },
};

const boundaryOf = (call: QueryCall): { readonly boundary?: Policy } => {
  const [boundary] = compilePolicyInput(call, 'PermissionsBoundaryPolicyInputList');
  return boundary === undefined ? {} : { boundary };
};

const resourcePolicyOf = (call: QueryCall): Policy | undefined => {
  const text = call.parameters.optional('ResourcePolicy');
  const bucket = /^arn:aws:s3:::([^/*]+)/.exec(call.parameters.list('ResourceArns')[0] ?? '')?.[1];
  if (text === undefined) return undefined;
  if (bucket === undefined)
    throw new QueryError('InvalidInput', 'ResourcePolicy needs ResourceArns that name its bucket.');
  return parseBucketPolicy(text, { bucket, isLenient: true });
};

/** What the request would be, as ContextEntries say. */
const contextOf = (call: QueryCall): Readonly<Record<string, readonly string[]>> => {
  const more: Record<string, readonly string[]> = {};
  const entries = call.parameters.structures('ContextEntries', 'ContextKeyName');
  for (const [index, read] of entries.entries()) {
    const values = call.parameters.list(`ContextEntries.member.${index + 1}.ContextKeyValues`);
    more[normalizeConditionKey(read('ContextKeyName') ?? '')] = values;
  }
  return more;
};

const answer = (call: QueryCall, { principal, resourcePolicy }: Simulation): AnswerTree => {
  const { parameters, accountId } = call;
  const actions = parameters.list('ActionNames', ACTION_RULE);
  if (actions.length === 0) throw new QueryError('ValidationError', 'ActionNames must have a member');
  const resources = parameters.list('ResourceArns', RESOURCE_RULE);
  const more = contextOf(call);
  const facts = call.facts(principal, more);
  const { identity = [], boundary, session = [] } = principal.policies ?? {};
  const asked = [...identity, ...session, ...[boundary, resourcePolicy].filter((policy) => policy !== undefined)];
  const missing = [...new Set(asked.flatMap(({ statements }) => [...contextKeysOf(statements)]))]
    .filter((key) => facts(key) === undefined)
    .sort();
  const results: AnswerTree[] = [];
  for (const action of actions) {
    for (const resource of resources.length === 0 ? ['*'] : resources) {
      const decision = decideAccess({
        principal,
        action,
        bucket: '',
        key: '',
        resource,
        ownerAccountId: accountId,
        policy: resourcePolicy,
        facts,
      });
      const { statement, statementOf } = decision;
      const isDenied = decision.reason.startsWith('explicit-deny');
      const matched = {
        SourcePolicyId: statement?.sid ?? `statement-${statement?.index ?? 0}`,
        SourcePolicyType: statementOf,
      };
      results.push({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decision.isAllowed ? 'allowed' : isDenied ? 'explicitDeny' : 'implicitDeny',
        MatchedStatements: statement === undefined ? [] : [matched],
        MissingContextValues: missing,
        PermissionsBoundaryDecisionDetail:
          principal.policies?.boundary === undefined
            ? undefined
            : { AllowedByPermissionsBoundary: decision.reason !== 'cut-by-boundary' },
      });
    }
  }
  return { EvaluationResults: results, IsTruncated: false };
};
