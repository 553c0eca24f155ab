import type { Policy } from './policy/policy.ts';

/**
 * What a caller is to policies. `root`: the store's own credentials, to whom every account is its own. `account`: the root of one
 * account. `anonymous`: nobody signed. `service`: one of the store's own services, such as log delivery.
 */
export type PrincipalKind =
  | 'root'
  | 'account'
  | 'user'
  | 'assumed-role'
  | 'federated-user'
  | 'web-identity'
  | 'service'
  | 'anonymous';

/** Who makes a request, after the signature was proven. */
export interface Principal {
  readonly kind: PrincipalKind;
  /** Name of the identity, for logs and events. */
  readonly name: string;
  /** The account that owns what this identity makes; shown as owner id. Empty for anonymous callers and services. */
  readonly accountId: string;
  readonly displayName: string;
  /** `arn:aws:iam::ACCOUNT:root`, `:user/PATH/NAME`, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME`; empty when anonymous. */
  readonly arn: string;
  /** aws:userid. */
  readonly userId: string;
  /** Grants in the words of the static identities file. */
  readonly permissions: Permissions;
  /** What IAM says of the caller; absent for those of the static file. */
  readonly policies?: PrincipalPolicies;
  /** aws:PrincipalTag. */
  readonly tags?: Readonly<Record<string, string>>;
  /** More that conditions may ask of the session, by normalized key: `<issuer>:sub`, `sts:authentication`. */
  readonly sessionFacts?: Readonly<Record<string, readonly string[]>>;
}

/** The documents attached to a caller. */
export interface PrincipalPolicies {
  /** Those of the user and its groups, or of the role. */
  readonly identity: readonly Policy[];
  /** Cuts what `identity` and the account allow. */
  readonly boundary?: Policy;
  /** Given when the session was made; one of them must allow. */
  readonly session?: readonly Policy[];
  /** IAM's ARN of an assumed role: policies name it as well as the session. */
  readonly roleArn?: string;
}

/** What a static identity may be allowed, in SeaweedFS's words. `Admin` includes all others. */
export const STATIC_ACTIONS = ['Admin', 'Read', 'Write', 'List', 'Tagging', 'ReadAcp', 'WriteAcp'] as const;

export type StaticAction = (typeof STATIC_ACTIONS)[number];

/** Actions sorted by how they are checked: everywhere, or only where a pattern matches. */
export interface Permissions {
  readonly everywhere: ReadonlySet<StaticAction>;
  readonly scoped: readonly ScopedAction[];
}

/** An action limited to a bucket or to keys in it: `Read:bucket`, `Write:bucket/prefix*`. */
export interface ScopedAction {
  readonly action: StaticAction;
  readonly bucketPattern: string;
  /** Undefined: the bucket and all its keys. */
  readonly keyPattern: string | undefined;
}

export const NO_PERMISSIONS: Permissions = { everywhere: new Set(), scoped: [] };

/** Whoever did not sign. */
export const ANONYMOUS: Principal = {
  kind: 'anonymous',
  name: 'anonymous',
  accountId: '',
  displayName: '',
  arn: '',
  userId: 'anonymous',
  permissions: NO_PERMISSIONS,
};

export interface StaticPrincipalFacts {
  readonly name: string;
  readonly accountId: string;
  readonly displayName: string;
  readonly permissions: Permissions;
}

/** A principal of static grants: with `Admin` everywhere it is the root of its account, else a user of it. */
export const makeStaticPrincipal = (facts: StaticPrincipalFacts): Principal => {
  const isAccountRoot = facts.permissions.everywhere.has('Admin');
  return {
    ...facts,
    kind: isAccountRoot ? 'account' : 'user',
    arn: `arn:aws:iam::${facts.accountId}:${isAccountRoot ? 'root' : `user/${facts.name}`}`,
    userId: isAccountRoot ? facts.accountId : facts.name,
  };
};
