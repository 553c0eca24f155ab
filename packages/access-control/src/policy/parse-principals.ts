import { completeArn, isArnWithoutAccount } from '../iam/iam-arn.ts';
import { POLICY_LIST_MAX } from '../limits.ts';
import type { PrincipalSet } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import { asObject, readTexts } from './policy-json.ts';

const MESSAGE = 'Invalid principal in policy';
const ACCOUNT_ID = /^[\w+=,.@-]{1,128}$/;
const IAM_ARN =
  /^arn:[a-z-]+:(?:iam|sts)::([\w+=,.@-]*):(?:root|(?:user|role|assumed-role|federated-user)\/[\w+=,.@/-]+)$/;
const ROOT_ARN = /^arn:[a-z-]+:iam::([\w+=,.@-]+):root$/;

interface MutablePrincipals {
  isEveryone: boolean;
  readonly accounts: Set<string>;
  readonly arns: Set<string>;
  readonly canonicalUsers: Set<string>;
  readonly services: Set<string>;
  readonly federated: Set<string>;
}

/**
 * @param options.allowsShortArns ARNs may leave out the account, which is the store's own then
 * @throws PolicyError
 */
export const parsePrincipals = (
  value: unknown,
  options: { readonly allowsShortArns?: boolean | undefined } = {},
): PrincipalSet => {
  const principals: MutablePrincipals = {
    isEveryone: value === '*',
    accounts: new Set(),
    arns: new Set(),
    canonicalUsers: new Set(),
    services: new Set(),
    federated: new Set(),
  };
  if (principals.isEveryone) return principals;
  if (typeof value !== 'object' || value === null) throw new PolicyError(MESSAGE, JSON.stringify(value));
  const entries = Object.entries(asObject(value, 'Principal'));
  if (entries.length === 0) throw new PolicyError(MESSAGE, '{}');
  for (const [type, list] of entries) {
    for (const text of readTexts(list, MESSAGE, POLICY_LIST_MAX)) {
      if (options.allowsShortArns !== true && isArnWithoutAccount(text))
        throw new PolicyError(MESSAGE, `"${type}" : "${text}"`);
      addPrincipal(principals, type, completeArn(text));
    }
  }
  return principals;
};

const addPrincipal = (principals: MutablePrincipals, type: string, text: string): void => {
  if (type === 'AWS') addAws(principals, text);
  else if (text === '') throw new PolicyError(MESSAGE, `"${type}" : ""`);
  else if (type === 'CanonicalUser') principals.canonicalUsers.add(text);
  else if (type === 'Service') principals.services.add(text);
  else if (type === 'Federated') principals.federated.add(text);
  else throw new PolicyError(MESSAGE, `"${type}" : "${text}"`);
};

const addAws = (principals: MutablePrincipals, text: string): void => {
  const root = ROOT_ARN.exec(text);
  if (text === '*') principals.isEveryone = true;
  else if (root?.[1] !== undefined) principals.accounts.add(root[1]);
  else if (IAM_ARN.test(text)) principals.arns.add(text);
  else if (ACCOUNT_ID.test(text)) principals.accounts.add(text);
  else throw new PolicyError(MESSAGE, `"AWS" : "${text}"`);
};
