/** On whose behalf credentials are: what must still be there for them to count. */
export type BearerReference =
  /** A key of the store's root or of the identities file. */
  | { readonly kind: 'static'; readonly accessKeyId: string }
  | { readonly kind: 'user' | 'role'; readonly accountId: string; readonly name: string; readonly id: string };
