import type { DeleteCondition } from '@needlestack/service-contracts';

/** A version that a rule ends, with all that the rule saw in it: the transaction that deletes it looks again. */
export interface ExpiredObject {
  readonly key: string;
  /** The version that goes for good. Without it the current version ends as by a plain delete: versioned buckets get a marker. */
  readonly versionId?: string;
  readonly condition: DeleteCondition & { readonly ifUnchanged: NonNullable<DeleteCondition['ifUnchanged']> };
  /** Tags that the rule asks for: the version must still have them. */
  readonly tags: Readonly<Record<string, string>>;
  /** So many newer noncurrent versions must be there, which the rule keeps. */
  readonly newerNoncurrent: number;
  readonly eventName: 'LifecycleExpiration:Delete' | 'LifecycleDelMarkerExpiration:Delete';
}
