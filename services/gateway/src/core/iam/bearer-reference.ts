/** On whose behalf credentials are: what must still be there for them to count. */
export type BearerReference =
  /** A key of the store's root or of the identities file. */
  | { readonly kind: 'static'; readonly accessKeyId: string }
  /** A user of the LDAP directory: the policies attached to it and to its groups. */
  | {
      readonly kind: 'ldap';
      readonly accountId: string;
      readonly dn: string;
      /** Those that had policies when the session was made. */
      readonly groupDns: readonly string[];
    }
  | { readonly kind: 'user' | 'role'; readonly accountId: string; readonly name: string; readonly id: string };
