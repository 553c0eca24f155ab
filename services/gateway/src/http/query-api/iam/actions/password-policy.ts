/** What passwords of the account's users must be. */
import type { QueryAction } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { authorizeIam, iamAction } from '../iam-action.ts';
import { readPasswordPolicy } from '../set-password.ts';

const ON_ACCOUNT = { on: 'account' } as const;
const LENGTH_BOUNDS = { min: 6, max: 128 };
const AGE_BOUNDS = { min: 1, max: 1_095 };
const REUSE_BOUNDS = { min: 1, max: 24 };

/** The whole policy: what is not given is as lax as it may be, whatever it was before. */
const updateAccountPasswordPolicy = iamAction('UpdateAccountPasswordPolicy', ON_ACCOUNT, async (call) => {
  const { parameters } = call;
  const isSet = (name: string): boolean => parameters.boolean(name) ?? false;
  await call.change({
    change: 'set-password-policy',
    policy: {
      minimumLength: parameters.integer('MinimumPasswordLength', LENGTH_BOUNDS) ?? LENGTH_BOUNDS.min,
      requiresSymbols: isSet('RequireSymbols'),
      requiresNumbers: isSet('RequireNumbers'),
      requiresUppercase: isSet('RequireUppercaseCharacters'),
      requiresLowercase: isSet('RequireLowercaseCharacters'),
      usersMayChange: isSet('AllowUsersToChangePassword'),
      maxAgeDays: parameters.integer('MaxPasswordAge', AGE_BOUNDS) ?? 0,
      reusePrevention: parameters.integer('PasswordReusePrevention', REUSE_BOUNDS) ?? 0,
      isExpiryHard: isSet('HardExpiry'),
    },
  });
  return undefined;
});

/** Those who may change their passwords may see what these must be. */
const getAccountPasswordPolicy: QueryAction = {
  name: 'GetAccountPasswordPolicy',
  authorize: async (call) => {
    const policy = await readPasswordPolicy(call);
    authorizeIam(call, 'GetAccountPasswordPolicy', '*', { isGivenToUsers: policy?.usersMayChange === true });
  },
  run: async (call) => {
    const policy = await readPasswordPolicy(call);
    if (policy === undefined)
      throw new QueryError('NoSuchEntity', `The Password Policy with domain name ${call.accountId} cannot be found.`);
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.requiresSymbols,
        RequireNumbers: policy.requiresNumbers,
        RequireUppercaseCharacters: policy.requiresUppercase,
        RequireLowercaseCharacters: policy.requiresLowercase,
        AllowUsersToChangePassword: policy.usersMayChange,
        ExpirePasswords: policy.maxAgeDays > 0,
        MaxPasswordAge: policy.maxAgeDays === 0 ? undefined : policy.maxAgeDays,
        PasswordReusePrevention: policy.reusePrevention === 0 ? undefined : policy.reusePrevention,
        HardExpiry: policy.isExpiryHard,
      },
    };
  },
};

const deleteAccountPasswordPolicy = iamAction('DeleteAccountPasswordPolicy', ON_ACCOUNT, async (call) => {
  await call.change({ change: 'set-password-policy' });
  return undefined;
});

export const PASSWORD_POLICY_ACTIONS: readonly QueryAction[] = [
  updateAccountPasswordPolicy,
  getAccountPasswordPolicy,
  deleteAccountPasswordPolicy,
];
