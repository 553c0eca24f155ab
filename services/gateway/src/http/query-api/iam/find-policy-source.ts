/** Whose policies simulations ask: a user, role or group of the account, or nobody but the documents that are given. */
import {
  findAwsManagedPolicy,
  NO_PERMISSIONS,
  type Policy,
  type Principal,
  parseIamArn,
} from '@needlestack/access-control';
import type { IamBearer } from '@needlestack/service-contracts';
import { makeBearerPrincipal } from '../../../core/iam/make-principal.ts';
import { ARN_RULE } from '../form-parameters.ts';
import type { QueryCall } from '../query-call.ts';
import { QueryError } from '../query-error.ts';
import { checkInlinePolicy } from './check-document.ts';

/** Documents that the call gives. @throws PolicyError */
export const compilePolicyInput = (call: QueryCall, parameter = 'PolicyInputList'): readonly Policy[] =>
  call.parameters.list(parameter).map((text) => call.context.compiler.compile(checkInlinePolicy(text), 'identity'));

/** A user of the account without policies. */
export const simulatedUser = ({ accountId, parameters }: QueryCall): Principal => ({
  kind: 'user',
  name: 'simulated',
  accountId,
  displayName: '',
  arn: parameters.optional('CallerArn', ARN_RULE) ?? `arn:aws:iam::${accountId}:user/simulated`,
  userId: 'simulated',
  permissions: NO_PERMISSIONS,
});

/** @throws QueryError `NoSuchEntity` */
export const findPolicySource = async (call: QueryCall, arn: string): Promise<Principal> => {
  const { accountId, context } = call;
  for (const kind of ['user', 'role'] as const) {
    const parsed = parseIamArn(kind, arn);
    if (parsed?.accountId !== accountId) continue;
    const bearer = await context.catalog.readIam('bearer', { accountId, kind, name: parsed.name });
    if (bearer !== undefined) return makeBearerPrincipal(bearer, bearer.entity.name, context.compiler);
  }
  const group = /^arn:aws:iam::([^:]+):group\/(?:.*\/)?([^/]+)$/.exec(arn);
  if (group?.[1] === accountId) {
    const entity = await context.catalog.readIam('entity', { accountId, kind: 'group', name: group[2] ?? '' });
    if (entity?.kind === 'group')
      return { ...simulatedUser(call), policies: { identity: await groupPolicies(call, entity) } };
  }
  throw new QueryError('NoSuchEntity', `${arn} does not exist.`);
};

const groupPolicies = async (call: QueryCall, group: IamBearer['groups'][number]): Promise<readonly Policy[]> => {
  const { context, accountId } = call;
  const texts = Object.values(group.inlinePolicies);
  for (const arn of group.attachedPolicyArns) {
    const name = parseIamArn('policy', arn)?.name ?? '';
    const policy = await context.catalog.readIam('entity', { accountId, kind: 'policy', name });
    const own = policy?.kind === 'policy' ? policy : undefined;
    const version = own?.versions.find(({ versionId }) => versionId === own.defaultVersionId);
    const text = findAwsManagedPolicy(arn)?.document ?? version?.document;
    if (text !== undefined) texts.push(text);
  }
  return texts.map((text) => context.compiler.compile(text, 'identity'));
};
