/**
 * What the catalog keeps of IAM: users, groups, roles, policies and identity providers of each account. Names of one kind are unique
 * in an account without regard to case. Secrets come wrapped: the catalog never sees one in the clear.
 *
 * Refusals of changes are CatalogErrors: `NoSuchEntity`, `EntityAlreadyExists`, `DeleteConflict`, `LimitExceeded`, `InvalidRequest`; they
 * are decided inside the commit, and a refused change leaves nothing behind.
 */

/** Rows are keyed by a kind's place: new kinds come last. */
export const IAM_KINDS = ['user', 'group', 'role', 'policy', 'oidc-provider', 'instance-profile'] as const;
export type IamKind = (typeof IAM_KINDS)[number];

export type IamTags = Readonly<Record<string, string>>;

interface EntityFacts {
  readonly accountId: string;
  /** As it was given; an OIDC provider's is its URL without `https://`. */
  readonly name: string;
  /** Begins and ends with a slash. */
  readonly path: string;
  /** `AIDA...`, `AROA...`; never given again. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly tags: IamTags;
}

/** What documents hang on. */
interface PolicyHolder extends EntityFacts {
  /** Documents by name. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly attachedPolicyArns: readonly string[];
}

export interface IamAccessKey {
  readonly accessKeyId: string;
  readonly status: 'Active' | 'Inactive';
  readonly createdAtMs: number;
  /** Base64; sealed under the root key and bound to the id. */
  readonly sealedSecret: string;
}

/** That a user has a password, and since when; the password's hash lies apart, so that it is read only where it counts. */
export interface IamLoginProfile {
  readonly createdAtMs: number;
  /** When the password was set last. */
  readonly changedAtMs: number;
  readonly isResetRequired: boolean;
}

/** What passwords of an account's users must be. */
export interface IamPasswordPolicy {
  readonly minimumLength: number;
  readonly requiresSymbols: boolean;
  readonly requiresNumbers: boolean;
  readonly requiresUppercase: boolean;
  readonly requiresLowercase: boolean;
  /** Users may change their own without a policy that says so. */
  readonly usersMayChange: boolean;
  /** 0: they never expire. */
  readonly maxAgeDays: number;
  /** How many former ones, the present one among them, may not be taken again; 0: all may. */
  readonly reusePrevention: number;
  /** An expired one is set anew by who may update login profiles, not by its user. */
  readonly isExpiryHard: boolean;
}

export interface IamUser extends PolicyHolder {
  readonly kind: 'user';
  readonly boundaryArn?: string | undefined;
  readonly loginProfile?: IamLoginProfile | undefined;
  /** Names of groups. */
  readonly groups: readonly string[];
  readonly accessKeys: readonly IamAccessKey[];
}

export interface IamGroup extends PolicyHolder {
  readonly kind: 'group';
  readonly memberCount: number;
}

export interface IamRole extends PolicyHolder {
  readonly kind: 'role';
  readonly boundaryArn?: string | undefined;
  readonly trustPolicy: string;
  readonly description: string;
  readonly maxSessionSeconds: number;
  /** Names of those that hold the role. */
  readonly instanceProfiles?: readonly string[];
}

export interface IamPolicyVersion {
  /** `v1`, `v2`, ... */
  readonly versionId: string;
  readonly document: string;
  readonly createdAtMs: number;
}

export interface IamPolicy extends EntityFacts {
  readonly kind: 'policy';
  readonly description: string;
  /** Oldest first. */
  readonly versions: readonly IamPolicyVersion[];
  readonly defaultVersionId: string;
  readonly lastVersion: number;
  readonly updatedAtMs: number;
  readonly attachmentCount: number;
  readonly boundaryCount: number;
}

export interface IamOidcProvider extends EntityFacts {
  readonly kind: 'oidc-provider';
  /** As it was given, where it need not be https. */
  readonly url?: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
}

/** A role under another name, as tools that make machines ask for it. */
export interface IamInstanceProfile extends EntityFacts {
  readonly kind: 'instance-profile';
  readonly roleName?: string | undefined;
}

export type IamEntity = IamUser | IamGroup | IamRole | IamPolicy | IamOidcProvider | IamInstanceProfile;
export type IamEntityOf<Kind extends IamKind> = Extract<IamEntity, { readonly kind: Kind }>;
/** Those that policies are attached to. */
export type IamHolder = IamUser | IamGroup | IamRole;

export interface IamAccount {
  readonly alias?: string;
  /** Of the account's root. */
  readonly accessKeys?: readonly IamAccessKey[];
  /** Undefined where nobody has set one. */
  readonly passwordPolicy?: IamPasswordPolicy | undefined;
  /** Entries of a directory that policies are attached to. */
  readonly ldapEntryCount?: number;
  /** Entities of each kind. */
  readonly counts: Readonly<Record<IamKind, number>>;
}

export interface IamKeyUse {
  readonly atMs: number;
  readonly service: string;
  readonly region: string;
}

/** Whose an access key is. */
export interface IamKeyOwner {
  readonly accountId: string;
  /** Empty for the account's root. */
  readonly userName: string;
  readonly lastUse?: IamKeyUse;
}

/** A user or role with everything that decides what it may do. */
export interface IamBearer {
  readonly entity: IamUser | IamRole;
  readonly groups: readonly IamGroup[];
  /** Documents in force of the attached policies of all of them, and of the boundary, by ARN; those of AWS are not among them. */
  readonly documents: Readonly<Record<string, string>>;
}

/** A user or group of an LDAP directory, and what those who are it or in it may do. */
export interface IamLdapEntry {
  /** As `normalizeDistinguishedName` of access-control writes it. */
  readonly dn: string;
  readonly attachedPolicyArns: readonly string[];
  readonly createdAtMs: number;
}

/** Entries of a directory that policies are attached to, with the documents in force of these; those of AWS are not among them. */
export interface IamLdapBearer {
  readonly entries: readonly IamLdapEntry[];
  readonly documents: Readonly<Record<string, string>>;
}

export interface IamPlace {
  readonly accountId: string;
  readonly kind: IamKind;
  readonly name: string;
}

export interface IamQuestions {
  readonly entity: IamPlace;
  /** In the order of names in lower case. */
  readonly entities: Omit<IamPlace, 'name'> & { readonly startAfter: string; readonly max: number };
  readonly account: { readonly accountId: string };
  readonly 'access-key': { readonly accessKeyId: string };
  readonly bearer: { readonly accountId: string; readonly kind: 'user' | 'role'; readonly name: string };
  /** Hashes of a user's passwords, sealed under the root key and bound to the user's id: newest first, the first is in force. */
  readonly 'password-hashes': { readonly accountId: string; readonly name: string };
  /** In the order of DNs. */
  readonly 'ldap-entries': { readonly accountId: string; readonly startAfter: string; readonly max: number };
  /** Those of the DNs that policies are attached to. */
  readonly 'ldap-bearer': { readonly accountId: string; readonly dns: readonly string[] };
}

export interface IamAnswers {
  readonly entity: IamEntity | undefined;
  readonly entities: { readonly entities: readonly IamEntity[]; readonly isTruncated: boolean };
  readonly account: IamAccount;
  readonly 'access-key': IamKeyOwner | undefined;
  readonly bearer: IamBearer | undefined;
  readonly 'password-hashes': readonly string[];
  readonly 'ldap-entries': { readonly entries: readonly IamLdapEntry[]; readonly isTruncated: boolean };
  readonly 'ldap-bearer': IamLdapBearer;
}

type Made = 'createdAtMs' | 'accountId';

export type NewIamEntity =
  | Omit<IamUser, Made | 'inlinePolicies' | 'attachedPolicyArns' | 'groups' | 'accessKeys' | 'loginProfile'>
  | Omit<IamGroup, Made | 'inlinePolicies' | 'attachedPolicyArns' | 'memberCount'>
  | Omit<IamRole, Made | 'inlinePolicies' | 'attachedPolicyArns' | 'instanceProfiles'>
  | (Omit<EntityFacts, Made> & { readonly kind: 'policy'; readonly description: string; readonly document: string })
  | Omit<IamOidcProvider, Made>
  | Omit<IamInstanceProfile, Made | 'roleName'>;

type HolderKind = IamHolder['kind'];

/** One transaction. Unless it says otherwise the answer is the entity as it is afterwards. */
export type IamChange = { readonly accountId: string } & (
  | { readonly change: 'create'; readonly entity: NewIamEntity }
  /** Answers what it was. */
  | { readonly change: 'delete'; readonly kind: IamKind; readonly name: string }
  | {
      readonly change: 'rename';
      readonly kind: 'user' | 'group';
      readonly name: string;
      readonly newName?: string;
      readonly newPath?: string;
    }
  | {
      readonly change: 'update-role';
      readonly name: string;
      readonly trustPolicy?: string;
      readonly description?: string;
      readonly maxSessionSeconds?: number;
    }
  | {
      readonly change: 'put-inline-policy';
      readonly kind: HolderKind;
      readonly name: string;
      readonly policyName: string;
      readonly document: string;
    }
  | {
      readonly change: 'delete-inline-policy';
      readonly kind: HolderKind;
      readonly name: string;
      readonly policyName: string;
    }
  | {
      readonly change: 'attach-policy' | 'detach-policy';
      readonly kind: HolderKind;
      readonly name: string;
      readonly policyArn: string;
    }
  | {
      readonly change: 'set-boundary';
      readonly kind: 'user' | 'role';
      readonly name: string;
      /** Removes it when absent. */
      readonly policyArn?: string;
    }
  | { readonly change: 'add-member' | 'remove-member'; readonly group: string; readonly name: string }
  /** Of a user; with an empty name of the account's root, and answers nothing then. So do the two after it. */
  | {
      readonly change: 'create-access-key';
      readonly name: string;
      readonly accessKeyId: string;
      readonly sealedSecret: string;
    }
  | {
      readonly change: 'update-access-key';
      readonly name: string;
      readonly accessKeyId: string;
      readonly status: IamAccessKey['status'];
    }
  | { readonly change: 'delete-access-key'; readonly name: string; readonly accessKeyId: string }
  | {
      readonly change: 'create-policy-version';
      readonly name: string;
      readonly document: string;
      readonly isDefault: boolean;
    }
  | {
      readonly change: 'delete-policy-version' | 'set-default-policy-version';
      readonly name: string;
      readonly versionId: string;
    }
  | { readonly change: 'tag'; readonly kind: IamKind; readonly name: string; readonly tags: IamTags }
  | { readonly change: 'untag'; readonly kind: IamKind; readonly name: string; readonly tagKeys: readonly string[] }
  | {
      readonly change: 'add-client-id' | 'remove-client-id';
      readonly name: string;
      readonly clientId: string;
    }
  | { readonly change: 'set-thumbprints'; readonly name: string; readonly thumbprints: readonly string[] }
  /** A profile holds one role at most. */
  | { readonly change: 'add-profile-role' | 'remove-profile-role'; readonly name: string; readonly role: string }
  /** Answers nothing. */
  | { readonly change: 'set-alias' | 'remove-alias'; readonly alias: string }
  | {
      readonly change: 'create-login-profile';
      readonly name: string;
      readonly sealedHash: string;
      readonly isResetRequired: boolean;
    }
  | {
      readonly change: 'update-login-profile';
      readonly name: string;
      readonly isResetRequired?: boolean;
      /** A new password. `PreconditionFailed` when the hash in force is not the one that it was judged beside. */
      readonly password?: { readonly sealedHash: string; readonly replaces: string };
    }
  | { readonly change: 'delete-login-profile'; readonly name: string }
  /** Answers nothing. Removes the policy when absent. */
  | { readonly change: 'set-password-policy'; readonly policy?: IamPasswordPolicy }
  /** Answers nothing. Attaching what is attached is no error. `InvalidRequest` for what is no DN. */
  | { readonly change: 'attach-ldap-policy' | 'detach-ldap-policy'; readonly dn: string; readonly policyArn: string }
  /** Answers nothing. A key that is gone is no error. */
  | { readonly change: 'note-key-use'; readonly accessKeyId: string; readonly use: IamKeyUse }
);

/** The changes of these names. */
export type IamChangeOf<Name extends IamChange['change']> = IamChange extends infer Each
  ? Each extends { readonly change: infer Names }
    ? Name extends Names
      ? Each
      : never
    : never
  : never;
