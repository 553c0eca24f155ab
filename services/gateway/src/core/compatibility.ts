/**
 * Where AWS and RGW-style clients disagree (s3.md section 4): one named switch each, all off by default, which is what AWS does.
 * `rgw` turns them all on.
 */
export const COMPATIBILITY_SWITCHES = {
  'open-new-buckets': 'new buckets have no ownership rule and no PublicAccessBlock: ACLs work',
  'plain-new-objects':
    'objects lie plain, and GetBucketEncryption answers 404, where neither request nor bucket says otherwise; -sse.default goes before',
  'repeat-create-bucket': 'making an own bucket again answers 200 in every region, 409 when the ACL would change',
  'policy-status-of-acl': 'GetBucketPolicyStatus answers without a policy, and counts ACLs',
  'lenient-policies':
    'bucket policies may repeat a Sid, allow something of no resource, and ask for actions that none of their resources can have',
  'anonymous-list-buckets': 'ListBuckets without signature answers an empty list',
  'empty-region': 'signatures may leave the region empty',
  'account-canonical-id': 'the canonical id of an account is its account id',
  'part-number-invalid-part':
    'a partNumber that an object has not answers 400 InvalidPart, also where its customer key is missing',
  'if-none-match-etag': 'If-None-Match of writes takes ETags too, not only *',
  'malformed-checksum-bad-digest': 'a checksum value that cannot be one answers 400 BadDigest',
  'list-plain-prefix': 'ListObjects shows its Prefix as it came, even where encoding-type asks for encoded names',
  sigv2: 'signatures of version 2 are accepted',
  'presigned-expires-denied': 'presigned URLs with a lifetime out of bounds answer 403',
  'chunked-without-length': 'uploads in plain HTTP chunks need no length',
  'delete-by-size-or-time': 'conditions of size and time on deletes count in every bucket',
  'sse-c-over-http': 'customer keys may come over plain HTTP, and a wrong one answers 400',
  'kms-key-required': 'aws:kms without a key id is refused',
  'joined-lifecycle-filters': 'a lifecycle filter may set several conditions without And',
  'arn-without-account':
    'ARNs of account 000000000000 are shown, and may be given, without it: arn:aws:iam:::user/name',
  'trust-across-accounts':
    'a role whose trust policy names a caller of another account needs no policy of that account',
  'principal-in-role-policies': 'inline policies of roles may name a Principal, which says nothing',
  'delete-group-members': 'DeleteUser takes a user out of its groups',
  'open-identity-providers':
    'OIDC providers may be on http, are shown with it, take tokens for any audience while they have no client id, and deleting one that is gone is an error',
  'bucket-tags-in-policies': 'conditions ask for the tags of every bucket, not only of those with PutBucketAbac',
  'absent-no-delete-marker': 'an object that is not there answers x-amz-delete-marker: false',
  'unordered-lists': 'listings take allow-unordered, not together with a delimiter; they stay in order',
  'bucket-usage-headers': 'HeadBucket with read-stats=true tells number and bytes of the objects',
  'empty-tenant': 'a bucket in the path may stand behind the colon of an empty tenant: /:bucket/key',
  'rgw-logging':
    'access logging has RGW errors and drops target grants; the first request after some seconds delivers the log',
} as const;

export type CompatibilitySwitch = keyof typeof COMPATIBILITY_SWITCHES;

/** The switches that are on. */
export type Compatibility = ReadonlySet<CompatibilitySwitch>;

export const AWS_COMPATIBILITY: Compatibility = new Set();

const ALL_NAMES = Object.keys(COMPATIBILITY_SWITCHES).filter((name) => isCompatibilitySwitch(name));

function isCompatibilitySwitch(name: string): name is CompatibilitySwitch {
  return Object.hasOwn(COMPATIBILITY_SWITCHES, name);
}

/** A name that is no switch. The message lists those that are. */
export class CompatibilityError extends Error {
  override readonly name = 'CompatibilityError';
}

/**
 * Reads names of switches; `rgw` stands for all of them, `aws` for none.
 *
 * @throws CompatibilityError
 */
export const parseCompatibility = (names: readonly string[]): Compatibility => {
  const switches = new Set<CompatibilitySwitch>();
  for (const name of names) {
    if (name === 'aws') continue;
    if (name === 'rgw') for (const each of ALL_NAMES) switches.add(each);
    else if (isCompatibilitySwitch(name)) switches.add(name);
    else throw new CompatibilityError(`"${name}" is none of aws, rgw, ${ALL_NAMES.join(', ')}`);
  }
  return switches;
};
