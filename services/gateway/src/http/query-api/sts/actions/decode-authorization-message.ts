import { decideAccess } from '@needlestack/access-control';
import { openDenial } from '../../../../core/iam/denial-message.ts';
import type { QueryAction } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { refuseSts } from '../authorize-sts.ts';

const MESSAGE_RULE = { minLength: 1, maxLength: 10_240 };
const ACTION = 'DecodeAuthorizationMessage';

/** What decided a refusal of IAM, for those of the account whom a policy lets see it. */
export const decodeAuthorizationMessage: QueryAction = {
  name: ACTION,
  authorize: async (call) => {
    const { principal, accountId } = call;
    const { isAllowed } = decideAccess({
      principal,
      action: `sts:${ACTION}`,
      bucket: '',
      key: '',
      resource: '*',
      ownerAccountId: accountId,
      facts: call.facts(principal),
    });
    if (!isAllowed) throw refuseSts(principal.arn, ACTION, '*');
  },
  run: async (call) => {
    const denial = openDenial(call.sealer, call.accountId, call.parameters.required('EncodedMessage', MESSAGE_RULE));
    if (denial === undefined) throw new QueryError('InvalidAuthorizationMessageException', 'Message is not valid.');
    const { statement } = denial;
    const decoded = {
      allowed: false,
      explicitDeny: denial.isExplicit,
      matchedStatements: {
        items:
          statement === undefined
            ? []
            : [{ statementId: statement.id, effect: 'DENY', sourcePolicyType: statement.of }],
      },
      failures: { items: [] },
      context: {
        principal: { id: denial.principalId, arn: denial.principalArn },
        action: denial.action,
        resource: denial.resource,
        conditions: { items: [] },
      },
    };
    return { DecodedMessage: JSON.stringify(decoded) };
  },
};
