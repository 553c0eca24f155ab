import { ROOT_ACCOUNT_ID } from '../parse-identities.ts';

/** The ARN of an IAM entity: `arn:aws:iam::ACCOUNT:user/PATH/NAME`. */
export const iamArn = (entity: {
  readonly accountId: string;
  readonly kind: 'user' | 'group' | 'role' | 'policy' | 'oidc-provider' | 'instance-profile';
  readonly path: string;
  readonly name: string;
}): string => `arn:aws:iam::${entity.accountId}:${entity.kind}${entity.path}${entity.name}`;

/** Account and name that an ARN of a kind says; undefined when it is none. */
export const parseIamArn = (
  kind: 'user' | 'role' | 'policy' | 'oidc-provider',
  arn: string,
): { readonly accountId: string; readonly name: string } | undefined => {
  const match = /^arn:aws:iam::([^:]+):([a-z-]+)\/(.+)$/.exec(arn);
  const [, accountId, found, rest] = match ?? [];
  if (accountId === undefined || rest === undefined || found !== kind) return undefined;
  return { accountId, name: kind === 'oidc-provider' ? rest : rest.slice(rest.lastIndexOf('/') + 1) };
};

const WITHOUT_ACCOUNT = /^arn:([a-z-]+):(?:iam|sts):::(.*)$/s;

/**
 * An ARN of IAM or STS without account, as clients of RGW write it, means the store's own account; sessions of roles stand under `iam`
 * there. Any other text is what it was.
 */
export const completeArn = (arn: string): string => {
  const [, partition, rest] = WITHOUT_ACCOUNT.exec(arn) ?? [];
  if (partition === undefined || rest === undefined) return arn;
  const service = /^(?:assumed-role|federated-user)(?:\/|$)/.test(rest) ? 'sts' : 'iam';
  return `arn:${partition}:${service}::${ROOT_ACCOUNT_ID}:${rest}`;
};

export const isArnWithoutAccount = (arn: string): boolean => WITHOUT_ACCOUNT.test(arn);
