import { showTime } from '../../render-answer.ts';
import { iamAction, requireTarget } from '../iam-action.ts';
import { showUser } from '../show-entity.ts';

/** Without a name: the caller. The root of an account is shown as a user of no name. */
export const getUser = iamAction('GetUser', { on: 'user', orCaller: true }, async (call) => {
  const { principal, bearer } = call.accessKey;
  if (call.parameters.optional('UserName') !== undefined || bearer.kind === 'user')
    return { User: showUser(requireTarget(call, 'user')) };
  const isRoot = principal.kind === 'account' || principal.kind === 'root';
  return {
    User: {
      Path: '/',
      UserName: isRoot ? principal.displayName : principal.name,
      UserId: principal.userId,
      Arn: isRoot ? `arn:aws:iam::${principal.accountId}:root` : principal.arn,
      CreateDate: showTime(0),
    },
  };
});
