/** Passwords of users: read from a call, judged by the account's policy, and made what is kept of them. */
import { openSecret, sealSecret } from '@needlestack/access-control';
import type { IamPasswordPolicy, IamUser } from '@needlestack/service-contracts';
import { findPasswordFault } from '../../../core/iam/password-rules.ts';
import type { QueryCall } from '../query-call.ts';
import { QueryError } from '../query-error.ts';

const PASSWORD_LENGTH_MAX = 128;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that AWS takes, tabs and line ends among them.
const PASSWORD_CHARACTERS = /^[\u0009\u000A\u000D\u0020-\u00FF]+$/;

/** Unlike other parameters it is not shown when it is refused. @throws QueryError `ValidationError` */
export const readPassword = (call: QueryCall, name: 'Password' | 'OldPassword' | 'NewPassword'): string => {
  const password = call.parameters.required(name);
  if (password.length > PASSWORD_LENGTH_MAX || !PASSWORD_CHARACTERS.test(password))
    throw new QueryError(
      'ValidationError',
      `1 validation error detected: Value at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must have 1 to ${PASSWORD_LENGTH_MAX} characters up to U+00FF`,
    );
  return password;
};

export const readPasswordPolicy = async ({ context, accountId }: QueryCall): Promise<IamPasswordPolicy | undefined> =>
  (await context.catalog.readIam('account', { accountId })).passwordPolicy;

/** The hash of a new password, sealed. @throws QueryError `PasswordPolicyViolation` */
export const judgeAndHash = async (call: QueryCall, user: IamUser, password: string): Promise<string> => {
  const { context, accountId, sealer } = call;
  const { passwordPolicy: policy, alias } = await context.catalog.readIam('account', { accountId });
  const names = [accountId, context.identities.accountName(accountId) ?? accountId, alias ?? accountId];
  const fault = findPasswordFault(password, policy, names);
  if (fault !== undefined) throw new QueryError('PasswordPolicyViolation', fault);
  await refuseReuse(call, user, password, policy?.reusePrevention ?? 0);
  return sealSecret(sealer, user.id, await context.passwords.hash(password));
};

/** One after the other: whoever has the longest memory of passwords waits, not those who come after. */
const refuseReuse = async (call: QueryCall, user: IamUser, password: string, count: number): Promise<void> => {
  if (count === 0) return;
  for (const sealed of (await readHashes(call, user)).slice(0, count))
    if (await isPassword(call, user, password, sealed))
      throw new QueryError('PasswordPolicyViolation', `Password should not be one of the ${count} that were set last`);
};

/** Sealed, newest first; the first is in force. */
export const readHashes = ({ context, accountId }: QueryCall, { name }: IamUser): Promise<readonly string[]> =>
  context.catalog.readIam('password-hashes', { accountId, name });

export const isPassword = (call: QueryCall, user: IamUser, password: string, sealedHash: string): Promise<boolean> =>
  call.context.passwords.matches(password, openSecret(call.sealer, user.id, sealedHash));
