import { iamArn } from '@needlestack/access-control';
import { passwordExpiryMs } from '../../../../core/iam/password-rules.ts';
import type { QueryAction } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { authorizeIam } from '../iam-action.ts';
import { isPassword, judgeAndHash, readHashes, readPassword, readPasswordPolicy } from '../set-password.ts';

/** Of the caller, who knows the present one. No parameter names another user. */
export const changePassword: QueryAction = {
  name: 'ChangePassword',
  authorize: async (call) => {
    const { bearer } = call.accessKey;
    if (bearer.kind === 'user') {
      const { accountId, name } = bearer;
      call.target = await call.context.catalog.readIam('entity', { accountId, kind: 'user', name });
    }
    const policy = await readPasswordPolicy(call);
    const resource = call.target === undefined ? call.principal.arn : iamArn(call.target);
    authorizeIam(call, 'ChangePassword', resource, { isGivenToUsers: policy?.usersMayChange === true });
  },
  run: async (call) => {
    const user = call.target;
    if (user?.kind !== 'user') throw new QueryError('InvalidUserType', 'Only IAM Users can change their own password');
    const oldPassword = readPassword(call, 'OldPassword');
    const newPassword = readPassword(call, 'NewPassword');
    const { name, loginProfile } = user;
    const [inForce] = await readHashes(call, user);
    if (loginProfile === undefined || inForce === undefined)
      throw new QueryError('NoSuchEntity', `Login Profile for User ${name} cannot be found.`);
    const policy = await readPasswordPolicy(call);
    const expiryMs = passwordExpiryMs(loginProfile, policy);
    if (policy?.isExpiryHard === true && expiryMs !== undefined && expiryMs <= call.context.nowMs())
      throw new QueryError('AccessDenied', 'The password has expired: an administrator has to set a new one.');
    if (!(await isPassword(call, user, oldPassword, inForce)))
      throw new QueryError('AccessDenied', 'The old password was incorrect.');
    const sealedHash = await judgeAndHash(call, user, newPassword);
    const password = { sealedHash, replaces: inForce };
    await call.change({ change: 'update-login-profile', name, isResetRequired: false, password });
    return undefined;
  },
};
