/** The ARN of an IAM entity: `arn:aws:iam::ACCOUNT:user/PATH/NAME`. */
export const iamArn = (entity: {
  readonly accountId: string;
  readonly kind: 'user' | 'group' | 'role' | 'policy' | 'oidc-provider';
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
