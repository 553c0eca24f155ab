import { S3_PERMISSIONS, type S3Permission } from '../s3/s3-permissions.ts';
import { parsePolicy } from './parse-policy.ts';
import type { Policy, Statement } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import type { PolicyText } from './policy-text.ts';
import { matchesPatternOf, matchesWildcard } from './wildcard.ts';

export interface BucketPolicyOptions {
  readonly bucket: string;
  /** S3 refuses statements without a resource, or whose actions none of their resources can have, and a Sid that comes twice; RGW takes them. */
  readonly isLenient: boolean;
  /** Principals may be ARNs without account; as lenient as the rest when absent. */
  readonly allowsShortArns?: boolean;
}

/**
 * Reads the policy of a bucket. All its resources must lie in the bucket, or match it by wildcards.
 *
 * @throws PolicyError with S3's message
 */
export const parseBucketPolicy = (
  text: string,
  { bucket, isLenient, allowsShortArns = isLenient }: BucketPolicyOptions,
): Policy => {
  const policy = parsePolicy(text, {
    kind: 'resource',
    allowsRepeatedSids: isLenient,
    allowsNoResource: isLenient,
    allowsShortArns,
    isOwnResource: (resource) => isOfBucket(resource, bucket),
  });
  for (const statement of policy.statements) {
    if (!namesS3Action(statement)) throw new PolicyError('Policy has invalid action', statement.sid);
    if (!isLenient && isIdle(statement)) {
      throw new PolicyError('Action does not apply to any resource(s) in statement', statement.sid);
    }
  }
  return policy;
};

const RESOURCE = /^arn:[^:]*:s3:[^:]*:[^:]*:([^/]*)/s;

const isOfBucket = ({ source }: PolicyText, bucket: string): boolean => {
  const name = source === '*' ? '*' : RESOURCE.exec(source)?.[1];
  // What a variable will be is not known here; the evaluation compares the whole.
  return name !== undefined && matchesWildcard(name.replace(/\$\{[^}]*\}/g, '*'), bucket);
};

/** Actions of S3, by what they are asked at. */
const ACTIONS: ReadonlyMap<string, 'bucket' | 'object'> = new Map([
  ...Object.values(S3_PERMISSIONS).flatMap(
    ({ action, versionAction, on }: S3Permission): [string, 'bucket' | 'object'][] =>
      [action, versionAction ?? action].map((name) => [name.toLowerCase(), on === 'object' ? 'object' : 'bucket']),
  ),
  ['s3:bypassgovernanceretention', 'object'],
  ['s3:getobjectattributes', 'object'],
  ['s3:getobjectversionattributes', 'object'],
  ['s3:getobjectversionforreplication', 'object'],
  ['s3:replicateobject', 'object'],
  ['s3:replicatedelete', 'object'],
  ['s3:replicatetags', 'object'],
  ['s3:objectowneroverridetobucketowner', 'object'],
  ['s3:initiatereplication', 'object'],
]);

const namesS3Action = ({ actions }: Statement): boolean =>
  actions.patterns.every(
    (pattern) =>
      pattern.kind === 'any' ||
      pattern.text.startsWith('s3:') ||
      (pattern.kind !== 'exact' && matchesWildcard(`${pattern.text}*`, 's3:')),
  );

const isIdle = ({ actions, resources }: Statement): boolean => {
  if (actions.isNot || resources === undefined || resources.isNot) return false;
  const places = new Set<string>();
  for (const [action, on] of ACTIONS) {
    if (actions.patterns.some((pattern) => matchesPatternOf(pattern, action))) places.add(on);
  }
  // An action that we do not know may be one of another version of S3.
  if (places.size === 0) return false;
  return !resources.texts.some(
    ({ source }) => (places.has('object') && couldBeObject(source)) || (places.has('bucket') && couldBeBucket(source)),
  );
};

const couldBeObject = (source: string): boolean => source.includes('/') || source.includes('*');
const couldBeBucket = (source: string): boolean => !source.includes('/');
