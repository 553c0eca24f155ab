import { decideAccess } from '@needlestack/access-control';
import type { QueryCall } from '../query-call.ts';
import { QueryError } from '../query-error.ts';

export const refuseSts = (who: string, action: string, resource: string): QueryError =>
  new QueryError('AccessDenied', `User: ${who} is not authorized to perform: sts:${action} on resource: ${resource}`);

/** For actions that everybody may whom no policy denies them. @throws QueryError `AccessDenied` */
export const refuseDenied = (call: QueryCall, action: string): void => {
  const { principal } = call;
  const decision = decideAccess({
    principal,
    action: `sts:${action}`,
    bucket: '',
    key: '',
    resource: '*',
    ownerAccountId: principal.accountId,
    facts: call.facts(principal),
  });
  if (decision.reason.startsWith('explicit-deny')) throw refuseSts(principal.arn, action, '*');
};
