import {
  EVENT_NAMES,
  EVENT_WILDCARDS,
  eventVersionOf,
  expandEventPattern,
  isRemovalEvent,
  METRICS_ONLY_EVENT_NAMES,
} from './event-names.ts';

describe('wildcards', () => {
  const replication = ['Failed', 'Completed', 'Missed', 'ReplicatedAfter', 'Not'].map(
    (word) =>
      `Replication:Operation${word}${{ Failed: 'Replication', Completed: 'Replication', Not: 'Tracked' }[word] ?? 'Threshold'}`,
  );
  test.each([
    [
      's3:ObjectCreated:*',
      ['ObjectCreated:Put', 'ObjectCreated:Post', 'ObjectCreated:Copy', 'ObjectCreated:CompleteMultipartUpload'],
    ],
    ['s3:ObjectRemoved:*', ['ObjectRemoved:Delete', 'ObjectRemoved:DeleteMarkerCreated']],
    [
      's3:ObjectAccessed:*',
      ['Get', 'Head', 'GetRetention', 'GetLegalHold', 'Attributes'].map((name) => `ObjectAccessed:${name}`),
    ],
    ['s3:ObjectTagging:*', ['ObjectTagging:Put', 'ObjectTagging:Delete']],
    ['s3:Replication:*', replication],
    ['s3:ObjectRestore:*', ['ObjectRestore:Post', 'ObjectRestore:Completed', 'ObjectRestore:Delete']],
    ['s3:LifecycleExpiration:*', ['LifecycleExpiration:Delete', 'LifecycleExpiration:DeleteMarkerCreated']],
    ['s3:ObjectTransition:*', ['ObjectTransition:Failed', 'ObjectTransition:Complete', 'LifecycleTransition']],
    ['s3:Scanner:*', ['Scanner:ManyVersions', 'Scanner:LargeVersions', 'Scanner:BigPrefix']],
  ])('%s', (pattern, members) => {
    expect(expandEventPattern(pattern)).toEqual(members);
  });

  test('the table above is all of them', () => {
    expect(EVENT_WILDCARDS).toHaveLength(9);
  });
});

test('every single name stands for itself', () => {
  expect(EVENT_NAMES).toHaveLength(39);
  for (const name of EVENT_NAMES) expect(expandEventPattern(`s3:${name}`)).toEqual([name]);
});

test.each([
  ['s3:ObjectCreated:PutTagging', 'ObjectTagging:Put'],
  ['s3:ObjectCreated:DeleteTagging', 'ObjectTagging:Delete'],
])('%s is an alias', (alias, name) => {
  expect(expandEventPattern(alias)).toEqual([name]);
});

test.each([
  ...METRICS_ONLY_EVENT_NAMES.map((name) => `s3:${name}`),
  'ObjectCreated:Put',
  's3:*',
  's3:',
  '',
  's3:objectcreated:put',
  's3:ObjectCreated:Put ',
  's3:ObjectAcl:*',
  's3:constructor',
  's3:toString',
])('%p names no event', (pattern) => {
  expect(expandEventPattern(pattern)).toBeUndefined();
});

test.each([
  ['ObjectCreated:Put', '2.1'],
  ['ObjectTagging:Put', '2.3'],
  ['Replication:OperationNotTracked', '2.2'],
  ['ObjectRestore:Post', '2.1'],
  ['ObjectRestore:Completed', '2.3'],
  ['ObjectTransition:Failed', '2.1'],
  ['LifecycleTransition', '2.3'],
  ['LifecycleDelMarkerExpiration:Delete', '2.3'],
  ['ObjectAcl:Put', '2.3'],
  ['BucketCreated:*', '2.1'],
  ['Something:New', '2.1'],
])('%s has eventVersion %s', (name, version) => {
  expect(eventVersionOf(name)).toBe(version);
});

test('removal is told from creation', () => {
  expect(EVENT_NAMES.filter(isRemovalEvent)).toEqual([
    'ObjectRemoved:Delete',
    'ObjectRemoved:DeleteMarkerCreated',
    'ObjectRemoved:DeleteAllVersions',
    'ObjectRemoved:NoOP',
    'LifecycleExpiration:Delete',
    'LifecycleExpiration:DeleteMarkerCreated',
    'LifecycleDelMarkerExpiration:Delete',
  ]);
});
