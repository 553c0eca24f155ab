import { decideAccess } from '@needlestack/access-control';
import type { QueryAction } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { refuseSts } from '../authorize-sts.ts';
import { makeCredentials } from '../make-credentials.ts';
import { readSessionPolicies, showPackedSize } from '../session-policies.ts';

const BOUNDS = { min: 900, max: 129_600 };
const DEFAULT_SECONDS = 43_200;
const NAME_RULE = { minLength: 2, maxLength: 32, pattern: /^[\w+=,.@-]+$/ };

/** The caller's rights cut by the policies given: without any, none but what resources allow. */
export const getFederationToken: QueryAction = {
  name: 'GetFederationToken',
  authorize: async (call) => {
    const { principal, accessKey } = call;
    if (accessKey.isTemporary === true)
      throw new QueryError('AccessDenied', 'Cannot call GetFederationToken with session credentials');
    const name = call.parameters.required('Name', NAME_RULE);
    const resource = `arn:aws:sts::${principal.accountId}:federated-user/${name}`;
    const decision = decideAccess({
      principal,
      action: 'sts:GetFederationToken',
      bucket: '',
      key: '',
      resource,
      ownerAccountId: principal.accountId,
      facts: call.facts(principal, {}, call.parameters.tags()),
    });
    if (!decision.isAllowed) throw refuseSts(principal.arn, 'GetFederationToken', resource);
  },
  run: async (call) => {
    const { parameters, accountId, accessKey } = call;
    const federatedName = parameters.required('Name', NAME_RULE);
    const policies = await readSessionPolicies(call, accountId);
    const seconds = parameters.integer('DurationSeconds', BOUNDS) ?? DEFAULT_SECONDS;
    const credentials = makeCredentials(call, seconds, {
      bearer: accessKey.bearer,
      federatedName,
      policies: policies.documents ?? [],
      tags: parameters.tags(),
    });
    return {
      Credentials: credentials,
      FederatedUser: {
        FederatedUserId: `${accountId}:${federatedName}`,
        Arn: `arn:aws:sts::${accountId}:federated-user/${federatedName}`,
      },
      ...showPackedSize(policies),
    };
  },
};
