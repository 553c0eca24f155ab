import type { QueryAction } from '../../query-call.ts';

/** Nobody can be denied to know who they are. */
export const getCallerIdentity: QueryAction = {
  name: 'GetCallerIdentity',
  authorize: async () => undefined,
  run: async (call) => {
    const { kind, arn, userId, accountId } = call.principal;
    const isRoot = kind === 'account' || kind === 'root';
    return {
      UserId: isRoot ? accountId : userId,
      Account: accountId,
      Arn: isRoot ? `arn:aws:iam::${accountId}:root` : arn,
    };
  },
};
