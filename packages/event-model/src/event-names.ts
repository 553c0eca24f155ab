/**
 * The closed list of event names. Rules name them with `s3:` in front; everywhere else they stand without it.
 * A string set rather than a bit mask: the list has outgrown 32 bits, and 64-bit masks of other stores are nearly full.
 */

/** Prefix of every event name in a rule and in the `log` payload. */
export const EVENT_NAME_PREFIX = 's3:';

/** `eventVersion` of the records that carry an event; readers match the major number. */
const EVENT_VERSIONS = {
  'ObjectCreated:Put': '2.1',
  'ObjectCreated:Post': '2.1',
  'ObjectCreated:Copy': '2.1',
  'ObjectCreated:CompleteMultipartUpload': '2.1',
  'ObjectCreated:PutRetention': '2.1',
  'ObjectCreated:PutLegalHold': '2.1',
  'ObjectRemoved:Delete': '2.1',
  'ObjectRemoved:DeleteMarkerCreated': '2.1',
  'ObjectRemoved:DeleteAllVersions': '2.1',
  'ObjectRemoved:NoOP': '2.1',
  'ObjectAccessed:Get': '2.1',
  'ObjectAccessed:Head': '2.1',
  'ObjectAccessed:GetRetention': '2.1',
  'ObjectAccessed:GetLegalHold': '2.1',
  'ObjectAccessed:Attributes': '2.1',
  'ObjectTagging:Put': '2.3',
  'ObjectTagging:Delete': '2.3',
  'Replication:OperationFailedReplication': '2.2',
  'Replication:OperationCompletedReplication': '2.2',
  'Replication:OperationMissedThreshold': '2.2',
  'Replication:OperationReplicatedAfterThreshold': '2.2',
  'Replication:OperationNotTracked': '2.2',
  'ObjectRestore:Post': '2.1',
  'ObjectRestore:Completed': '2.3',
  'ObjectRestore:Delete': '2.3',
  'LifecycleExpiration:Delete': '2.3',
  'LifecycleExpiration:DeleteMarkerCreated': '2.3',
  'LifecycleDelMarkerExpiration:Delete': '2.3',
  'ObjectTransition:Failed': '2.1',
  'ObjectTransition:Complete': '2.1',
  LifecycleTransition: '2.3',
  'Scanner:ManyVersions': '2.1',
  'Scanner:LargeVersions': '2.1',
  'Scanner:BigPrefix': '2.1',
  'ObjectAcl:Put': '2.3',
  IntelligentTiering: '2.3',
  'BucketCreated:*': '2.1',
  'BucketRemoved:*': '2.1',
  ReducedRedundancyLostObject: '2.1',
} as const satisfies Record<string, '2.1' | '2.2' | '2.3'>;

/** A name without `s3:`. `BucketCreated:*` and `BucketRemoved:*` are single names, star included. */
export type EventName = keyof typeof EVENT_VERSIONS;

/** Closed on purpose: a member added here would silently widen rules that are stored already. */
const WILDCARD_MEMBERS: Readonly<Record<string, readonly EventName[]>> = {
  'ObjectCreated:*': [
    'ObjectCreated:Put',
    'ObjectCreated:Post',
    'ObjectCreated:Copy',
    'ObjectCreated:CompleteMultipartUpload',
  ],
  'ObjectRemoved:*': ['ObjectRemoved:Delete', 'ObjectRemoved:DeleteMarkerCreated'],
  'ObjectAccessed:*': [
    'ObjectAccessed:Get',
    'ObjectAccessed:Head',
    'ObjectAccessed:GetRetention',
    'ObjectAccessed:GetLegalHold',
    'ObjectAccessed:Attributes',
  ],
  'ObjectTagging:*': ['ObjectTagging:Put', 'ObjectTagging:Delete'],
  'Replication:*': [
    'Replication:OperationFailedReplication',
    'Replication:OperationCompletedReplication',
    'Replication:OperationMissedThreshold',
    'Replication:OperationReplicatedAfterThreshold',
    'Replication:OperationNotTracked',
  ],
  'ObjectRestore:*': ['ObjectRestore:Post', 'ObjectRestore:Completed', 'ObjectRestore:Delete'],
  'LifecycleExpiration:*': ['LifecycleExpiration:Delete', 'LifecycleExpiration:DeleteMarkerCreated'],
  'ObjectTransition:*': ['ObjectTransition:Failed', 'ObjectTransition:Complete', 'LifecycleTransition'],
  'Scanner:*': ['Scanner:ManyVersions', 'Scanner:LargeVersions', 'Scanner:BigPrefix'],
};

const ALIASES: Readonly<Record<string, EventName>> = {
  'ObjectCreated:PutTagging': 'ObjectTagging:Put',
  'ObjectCreated:DeleteTagging': 'ObjectTagging:Delete',
};

/** Counted in metrics, refused in rules. */
export const METRICS_ONLY_EVENT_NAMES: readonly string[] = [
  'ObjectRemoved:AbortMultipartUpload',
  'ObjectRemoved:DeleteObjects',
  'ObjectCreated:CreateMultipartUpload',
  'Everything',
];

const NAMES: ReadonlySet<string> = new Set(Object.keys(EVENT_VERSIONS));

/** Every name a rule may use by itself, without `s3:`. */
export const EVENT_NAMES: readonly EventName[] = [...NAMES].filter(isEventName);

/** Every wildcard a rule may use, without `s3:`. */
export const EVENT_WILDCARDS: readonly string[] = Object.keys(WILDCARD_MEMBERS);

export function isEventName(name: string): name is EventName {
  return NAMES.has(name);
}

/** `eventVersion` for a record; 2.1 for a name that this version does not know. */
export function eventVersionOf(name: string): string {
  return isEventName(name) ? EVENT_VERSIONS[name] : '2.1';
}

/**
 * The names that one `Event` of a rule stands for, or undefined when it is unknown or metrics-only.
 * @param pattern with `s3:`, such as `s3:ObjectCreated:*` or `s3:ObjectCreated:PutTagging`.
 */
export function expandEventPattern(pattern: string): readonly EventName[] | undefined {
  if (!pattern.startsWith(EVENT_NAME_PREFIX)) return undefined;
  const name = pattern.slice(EVENT_NAME_PREFIX.length);
  if (isEventName(name)) return [name];
  if (Object.hasOwn(WILDCARD_MEMBERS, name)) return WILDCARD_MEMBERS[name];
  if (Object.hasOwn(ALIASES, name)) {
    const target = ALIASES[name];
    return target === undefined ? undefined : [target];
  }
  return undefined;
}

/** True when the event says that data of the object went away; its record then carries no size, ETag or metadata. */
export function isRemovalEvent(name: string): boolean {
  return (
    name.startsWith('ObjectRemoved:') ||
    name.startsWith('LifecycleExpiration:') ||
    name.startsWith('LifecycleDelMarkerExpiration:')
  );
}
