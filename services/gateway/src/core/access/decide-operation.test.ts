import {
  NO_PERMISSIONS,
  NO_PUBLIC_ACCESS_BLOCK,
  type Principal,
  type PrincipalPolicies,
  parsePolicy,
} from '@needlestack/access-control';
import { parseQuery } from '@needlestack/s3-protocol';
import type { Bucket, ObjectVersion } from '@needlestack/service-contracts';
import type { S3OperationName } from '../s3-operation.ts';
import type { BucketAccess } from './bucket-access.ts';
import { decideOperation } from './decide-operation.ts';
import { asksFor, OBJECT_TAG_KEYS } from './keys-asked.ts';

const ACCOUNT = '111111111111';
const bucket: Bucket = {
  name: 'bucket',
  bucketId: '1',
  ownerId: ACCOUNT,
  region: 'us-east-1',
  createdAtMs: 0,
  versioning: 'Off',
  objectLockEnabled: false,
  hasEventRules: false,
  configBits: 0,
  configRevision: 1,
};
const access: BucketAccess = {
  bucket,
  policy: undefined,
  isPolicyPublic: false,
  bindsOwnerRoot: false,
  ownership: 'BucketOwnerEnforced',
  acl: undefined,
  block: NO_PUBLIC_ACCESS_BLOCK,
  requesterPays: false,
  tags: undefined,
};
const identityPolicy = (...statements: readonly object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), { kind: 'identity' });
const userOf = (policies: PrincipalPolicies): Principal => ({
  kind: 'user',
  name: 'ann',
  accountId: ACCOUNT,
  displayName: 'ann',
  arn: `arn:aws:iam::${ACCOUNT}:user/ann`,
  userId: 'AIDA',
  permissions: NO_PERMISSIONS,
  policies,
});

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly rawQuery?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

const decide = (principal: Principal, operation: S3OperationName, asked: Asked = {}) => {
  const query = parseQuery(asked.rawQuery ?? '');
  return decideOperation({
    operation,
    principal,
    access,
    block: NO_PUBLIC_ACCESS_BLOCK,
    key: 'home/ann/x',
    versionId: query.get('versionId'),
    version: undefined as ObjectVersion | undefined,
    facts: {
      principal,
      headers: asked.headers ?? {},
      query,
      region: 'us-east-1',
      sourceIp: '127.0.0.1',
      isSecure: true,
      nowMs: 0,
      amzDate: undefined,
      ownerAccountId: ACCOUNT,
      existingTags: asked.tags,
    },
  }).isAllowed;
};

const home = identityPolicy({
  Effect: 'Allow',
  Action: 's3:*Object',
  Resource: 'arn:aws:s3:::bucket/home/$\u007baws:username}/*',
});

test('a caller with documents of IAM: what they say, and no more', () => {
  const ann = userOf({ identity: [home] });
  expect(decide(ann, 'GetObject')).toBe(true);
  expect(decide({ ...ann, name: 'bob' }, 'GetObject')).toBe(false);
  expect(decide(ann, 'GetObject', { rawQuery: 'versionId=1' })).toBe(false);
  expect(decide(ann, 'GetObjectAcl')).toBe(false);
  expect(decide(ann, 'PutObject')).toBe(true);
  expect(decide(ann, 'PutObject', { headers: { 'x-amz-tagging': 'a=b' } })).toBe(false);
  expect(decide(ann, 'PutObject', { headers: { 'x-amz-acl': 'public-read' } })).toBe(false);
  expect(decide(ann, 'PutObject', { headers: { 'x-amz-acl': 'private' } })).toBe(true);
  expect(decide(ann, 'PutObject', { headers: { 'x-amz-object-lock-mode': 'GOVERNANCE' } })).toBe(false);
  expect(decide(ann, 'DeleteObject', { headers: { 'x-amz-bypass-governance-retention': 'true' } })).toBe(false);
  expect(decide(ann, 'GetObjectAttributes')).toBe(false);
  expect(decide(ann, 'CreateBucket')).toBe(false);
});

test('boundary and session cut', () => {
  const readOnly = identityPolicy({ Effect: 'Allow', Action: 's3:Get*', Resource: '*' });
  for (const cut of [{ boundary: readOnly }, { session: [readOnly] }]) {
    const ann = userOf({ identity: [home], ...cut });
    expect([decide(ann, 'GetObject'), decide(ann, 'PutObject')]).toEqual([true, false]);
  }
});

test('tags of the object are asked for by any document of the caller', () => {
  const drafts = identityPolicy({
    Effect: 'Deny',
    Action: 's3:GetObject',
    Resource: '*',
    Condition: { StringEquals: { 's3:ExistingObjectTag/stage': 'draft' } },
  });
  for (const policies of [
    { identity: [home, drafts] },
    { identity: [home], boundary: drafts },
    { identity: [home], session: [drafts] },
  ]) {
    expect(asksFor(access, userOf(policies), OBJECT_TAG_KEYS)).toBe(true);
    expect(decide(userOf(policies), 'GetObject', { tags: { stage: 'draft' } })).toBe(false);
  }
  expect(asksFor(access, userOf({ identity: [home] }), OBJECT_TAG_KEYS)).toBe(false);
});
