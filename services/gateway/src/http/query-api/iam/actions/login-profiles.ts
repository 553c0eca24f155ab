/** Passwords of users, as those see them who administer these. The answers never say one. */
import type { IamEntity, IamUser } from '@needlestack/service-contracts';
import type { QueryAction } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { type AnswerTree, showTime } from '../../render-answer.ts';
import { iamAction, requireTarget } from '../iam-action.ts';
import { judgeAndHash, readHashes, readPassword } from '../set-password.ts';

const OF_USER = { on: 'user', orCaller: true } as const;

const showLoginProfile = (user: IamEntity | undefined): AnswerTree | undefined =>
  user?.kind !== 'user' || user.loginProfile === undefined
    ? undefined
    : {
        UserName: user.name,
        CreateDate: showTime(user.loginProfile.createdAtMs),
        PasswordResetRequired: user.loginProfile.isResetRequired,
      };

/** @throws QueryError `NoSuchEntity` */
const refuseWithoutProfile = ({ name, loginProfile }: IamUser): void => {
  if (loginProfile === undefined)
    throw new QueryError('NoSuchEntity', `Login Profile for User ${name} cannot be found.`);
};

const createLoginProfile = iamAction('CreateLoginProfile', OF_USER, async (call) => {
  const user = requireTarget(call, 'user');
  const password = readPassword(call, 'Password');
  const isResetRequired = call.parameters.boolean('PasswordResetRequired') ?? false;
  if (user.loginProfile !== undefined)
    throw new QueryError('EntityAlreadyExists', `Login Profile for user ${user.name} already exists.`);
  const sealedHash = await judgeAndHash(call, user, password);
  const made = await call.change({ change: 'create-login-profile', name: user.name, sealedHash, isResetRequired });
  return { LoginProfile: showLoginProfile(made) };
});

const getLoginProfile = iamAction('GetLoginProfile', OF_USER, async (call) => {
  const user = requireTarget(call, 'user');
  refuseWithoutProfile(user);
  return { LoginProfile: showLoginProfile(user) };
});

const updateLoginProfile = iamAction('UpdateLoginProfile', { on: 'user' }, async (call) => {
  const user = requireTarget(call, 'user');
  const { name } = user;
  const isResetRequired = call.parameters.boolean('PasswordResetRequired');
  const password = call.parameters.optional('Password') === undefined ? undefined : readPassword(call, 'Password');
  refuseWithoutProfile(user);
  const replacement = password === undefined ? undefined : { text: password, before: await readHashes(call, user) };
  await call.change({
    change: 'update-login-profile',
    name,
    ...(isResetRequired === undefined ? undefined : { isResetRequired }),
    ...(replacement === undefined
      ? undefined
      : {
          password: {
            sealedHash: await judgeAndHash(call, user, replacement.text),
            replaces: replacement.before[0] ?? '',
          },
        }),
  });
  return undefined;
});

const deleteLoginProfile = iamAction('DeleteLoginProfile', OF_USER, async (call) => {
  const { name } = requireTarget(call, 'user');
  await call.change({ change: 'delete-login-profile', name });
  return undefined;
});

export const LOGIN_PROFILE_ACTIONS: readonly QueryAction[] = [
  createLoginProfile,
  getLoginProfile,
  updateLoginProfile,
  deleteLoginProfile,
];
