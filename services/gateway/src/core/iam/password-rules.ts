/** What an account's password policy asks of a password, and when one is too old. */
import type { IamLoginProfile, IamPasswordPolicy } from '@needlestack/service-contracts';

const DAY_MS = 86_400_000;
const DEFAULT_LENGTH_MIN = 8;
const DEFAULT_CLASSES_MIN = 3;

interface CharacterClass {
  readonly name: string;
  readonly pattern: RegExp;
  readonly isRequired: (policy: IamPasswordPolicy) => boolean;
}

/** Those that AWS names; other characters count for none. */
const CLASSES: readonly CharacterClass[] = [
  { name: 'uppercase letter', pattern: /[A-Z]/, isRequired: ({ requiresUppercase }) => requiresUppercase },
  { name: 'lowercase letter', pattern: /[a-z]/, isRequired: ({ requiresLowercase }) => requiresLowercase },
  { name: 'number', pattern: /\d/, isRequired: ({ requiresNumbers }) => requiresNumbers },
  { name: 'symbol', pattern: /[!@#$%^&*()_+\-=[\]{}|']/, isRequired: ({ requiresSymbols }) => requiresSymbols },
];

/**
 * Why the policy does not take a password; undefined when it does.
 * @param policy undefined where the account has none: then it is that of AWS, 8 characters of three classes, not the account's name
 */
export const findPasswordFault = (
  password: string,
  policy: IamPasswordPolicy | undefined,
  accountNames: readonly string[],
): string | undefined => {
  const minimumLength = policy?.minimumLength ?? DEFAULT_LENGTH_MIN;
  if ([...password].length < minimumLength) return `Password should have a minimum length of ${minimumLength}`;
  if (policy !== undefined) {
    const missing = CLASSES.find(({ pattern, isRequired }) => isRequired(policy) && !pattern.test(password));
    return missing === undefined ? undefined : `Password should have at least one ${missing.name}`;
  }
  if (CLASSES.filter(({ pattern }) => pattern.test(password)).length < DEFAULT_CLASSES_MIN)
    return `Password should have at least ${DEFAULT_CLASSES_MIN} of: ${CLASSES.map(({ name }) => name).join(', ')}`;
  const isName = accountNames.some((name) => name.toLowerCase() === password.toLowerCase());
  return isName ? 'Password should not be the name of the account' : undefined;
};

/** When a password must be set anew; undefined when never. */
export const passwordExpiryMs = (
  { changedAtMs }: IamLoginProfile,
  policy: IamPasswordPolicy | undefined,
): number | undefined =>
  policy === undefined || policy.maxAgeDays === 0 ? undefined : changedAtMs + policy.maxAgeDays * DAY_MS;
