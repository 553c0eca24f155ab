/** Who makes a request, after the signature was proven. */
export interface Principal {
  /** Name of the identity, for logs and events. */
  readonly name: string;
  /** The account that owns what this identity makes; shown as owner id. */
  readonly accountId: string;
  readonly displayName: string;
  readonly permissions: Permissions;
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
