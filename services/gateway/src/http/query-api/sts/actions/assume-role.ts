import { decideAccess, evaluatePolicy, iamArn, type Policy } from '@needlestack/access-control';
import type { IamRole } from '@needlestack/service-contracts';
import { invalid } from '../../form-parameters.ts';
import type { QueryAction, QueryCall } from '../../query-call.ts';
import { refuseSts } from '../authorize-sts.ts';
import { findRole, readRoleDuration, SESSION_NAME_RULE, showAssumedRole } from '../find-role.ts';
import { makeCredentials } from '../make-credentials.ts';
import { readSessionPolicies, showPackedSize } from '../session-policies.ts';

const EXTERNAL_ID_RULE = { minLength: 2, maxLength: 1224, pattern: /^[\w+=,.@:/-]+$/ };
const CHAINED_SECONDS_MAX = 3_600;

/** The role's trust policy must allow the caller; the caller's own policies must too, unless it is named itself in the same account. */
export const assumeRole: QueryAction = {
  name: 'AssumeRole',
  authorize: async (call) => {
    const { principal } = call;
    const role = await findRole(call);
    if (role === undefined) throw refuseSts(principal.arn, 'AssumeRole', call.parameters.required('RoleArn'));
    call.target = role;
    const trust = call.context.compiler.compile(role.trustPolicy, 'trust');
    authorizeAssumption(call, role, trust, 'AssumeRole');
    if (Object.keys(call.parameters.tags()).length > 0) authorizeAssumption(call, role, trust, 'TagSession');
  },
  run: async (call) => {
    const { parameters, target: role } = call;
    if (role?.kind !== 'role') throw refuseSts(call.principal.arn, 'AssumeRole', parameters.required('RoleArn'));
    const sessionName = parameters.required('RoleSessionName', SESSION_NAME_RULE);
    const seconds = readRoleDuration(call, role);
    if (call.accessKey.isTemporary === true && seconds > CHAINED_SECONDS_MAX)
      throw invalid(
        'DurationSeconds',
        String(seconds),
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      );
    const policies = await readSessionPolicies(call, role.accountId);
    const credentials = makeCredentials(call, seconds, {
      bearer: { kind: 'role', accountId: role.accountId, name: role.name, id: role.id },
      roleSessionName: sessionName,
      tags: parameters.tags(),
      ...(policies.documents === undefined ? undefined : { policies: policies.documents }),
    });
    return {
      Credentials: credentials,
      AssumedRoleUser: showAssumedRole(role, sessionName),
      ...showPackedSize(policies),
    };
  },
};

/** @throws QueryError `AccessDenied` */
const authorizeAssumption = (
  call: QueryCall,
  role: IamRole,
  trust: Policy,
  verb: 'AssumeRole' | 'TagSession',
): void => {
  const { principal, parameters } = call;
  const resource = iamArn(role);
  const action = `sts:${verb}`;
  const more: Record<string, readonly string[]> = {
    'sts:rolesessionname': [parameters.required('RoleSessionName', SESSION_NAME_RULE)],
  };
  const externalId = parameters.optional('ExternalId', EXTERNAL_ID_RULE);
  if (externalId !== undefined) more['sts:externalid'] = [externalId];
  for (const [key, value] of Object.entries(role.tags)) more[`iam:resourcetag/${key}`] = [value];
  const facts = call.facts(principal, more, parameters.tags());
  const trusted = evaluatePolicy(trust, { principal, action: action.toLowerCase(), resource, facts });
  const decision = decideAccess({
    principal,
    action,
    bucket: '',
    key: '',
    resource,
    ownerAccountId: role.accountId,
    policy: trust,
    facts,
  });
  // Within an account decideAccess is content with what the caller's own policies allow: a role always asks its trust policy.
  const isTrusted = trusted.effect !== 'none' && trusted.effect !== 'deny';
  const isNamed = trusted.effect === 'allow' && call.context.compatibility.has('trust-across-accounts');
  const isAllowed = decision.isAllowed || (isNamed && decision.reason === 'no-allow-of-identity');
  if (!isTrusted || !isAllowed) throw refuseSts(principal.arn, verb, resource);
};
