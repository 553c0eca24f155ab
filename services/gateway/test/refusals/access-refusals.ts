/** Accounts, ACLs, policies, ownership, public access (s3.md rules 43 to 45 and section 4). */
import { MAIN_ACCOUNT } from '../support/start-access-store.ts';
import { call, configure, ofRule, put, type Refusal } from './refusal.ts';

const policy = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const PUBLIC = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*' };
const OWNER_ONLY =
  '<AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList></AccessControlList></AccessControlPolicy>';

export const ACCESS_REFUSALS: readonly Refusal[] = [
  ...ofRule(43, [
    ['nobody reads', 403, 'AccessDenied', ({ nobody }) => nobody.call('GET', '/bucket/key')],
    ['nobody writes', 403, 'AccessDenied', ({ nobody }) => nobody.call('PUT', '/bucket/refused', { body: 'x' })],
    ['nobody deletes', 403, 'AccessDenied', ({ nobody }) => nobody.call('DELETE', '/bucket/key')],
    ['another account reads', 403, 'AccessDenied', ({ alt }) => alt.call('GET', '/bucket/key')],
    ['another account writes', 403, 'AccessDenied', ({ alt }) => alt.call('PUT', '/bucket/refused', { body: 'x' })],
    ['another account lists', 403, 'AccessDenied', ({ alt }) => alt.call('GET', '/bucket')],
    [
      'another account configures',
      403,
      'AccessDenied',
      ({ alt }) => alt.call('PUT', '/bucket', { query: 'policy', body: policy(PUBLIC) }),
    ],
    [
      'another account copies',
      403,
      'AccessDenied',
      ({ alt }) => alt.call('PUT', '/bucket/refused', { headers: { 'x-amz-copy-source': '/bucket/key' } }),
    ],
    ['a user without permissions', 403, 'AccessDenied', ({ user }) => user.call('PUT', '/made-by-user')],
    ['what is not there, of whom may not list', 403, 'AccessDenied', ({ alt }) => alt.call('GET', '/bucket/nothing')],
    ['HEAD of it', 403, undefined, ({ alt }) => alt.call('HEAD', '/bucket/nothing')],
    [
      'an ACL where the owner owns all',
      400,
      'AccessControlListNotSupported',
      call('PUT', '/bucket', { query: 'acl', headers: { 'x-amz-acl': 'public-read' } }),
    ],
    [
      'an ACL of an object there',
      400,
      'AccessControlListNotSupported',
      call('PUT', '/bucket/key', { query: 'acl', headers: { 'x-amz-acl': 'private' } }),
    ],
    ['an ACL of a new object there', 400, 'AccessControlListNotSupported', put({ 'x-amz-acl': 'public-read' })],
    [
      'a public ACL that is blocked',
      403,
      'AccessDenied',
      call('PUT', '/shared', { query: 'acl', headers: { 'x-amz-acl': 'public-read' } }),
    ],
    [
      'an unknown canned ACL',
      400,
      'InvalidArgument',
      call('PUT', '/shared', { query: 'acl', headers: { 'x-amz-acl': 'everybody' } }),
    ],
    [
      'a grant to nobody',
      400,
      'InvalidArgument',
      call('PUT', '/shared', { query: 'acl', headers: { 'x-amz-grant-read': 'id=nobody' } }),
    ],
    [
      'a grant to an unknown address',
      400,
      'UnresolvableGrantByEmailAddress',
      call('PUT', '/shared', { query: 'acl', headers: { 'x-amz-grant-read': 'emailAddress=no@example.com' } }),
    ],
    ['an ACL of another owner', 403, 'AccessDenied', configure('/shared', 'acl', OWNER_ONLY)],
    [
      'an ACL without owner',
      400,
      'MalformedACLError',
      configure('/shared', 'acl', '<AccessControlPolicy><AccessControlList/></AccessControlPolicy>'),
    ],
    [
      'an ACL of an owner without id',
      400,
      'MalformedACLError',
      configure(
        '/shared',
        'acl',
        '<AccessControlPolicy><Owner><ID/></Owner><AccessControlList/></AccessControlPolicy>',
      ),
    ],
    ['an ACL that is none', 400, 'MalformedACLError', configure('/shared', 'acl', '<AccessControlPolicy/>')],
    [
      'an ACL in headers and in a document',
      400,
      'UnexpectedContent',
      configure('/shared', 'acl', OWNER_ONLY, { 'x-amz-acl': 'private' }),
    ],
    ['no ACL at all', 400, 'MissingSecurityHeader', call('PUT', '/shared', { query: 'acl' })],
    [
      'a new bucket with a public ACL',
      400,
      'InvalidBucketAclWithObjectOwnership',
      call('PUT', '/refused', { headers: { 'x-amz-acl': 'public-read' } }),
    ],
    [
      'a new bucket with one that is blocked',
      400,
      'InvalidBucketAclWithBlockPublicAccessError',
      call('PUT', '/refused', { headers: { 'x-amz-acl': 'public-read', 'x-amz-object-ownership': 'ObjectWriter' } }),
    ],
    [
      'an unknown ownership',
      400,
      'InvalidArgument',
      call('PUT', '/refused', { headers: { 'x-amz-object-ownership': 'Nobody' } }),
    ],
    [
      'ownership controls that are none',
      400,
      'MalformedXML',
      configure('/bucket', 'ownershipControls', '<OwnershipControls/>'),
    ],
    ['a public policy', 403, 'AccessDenied', configure('/bucket', 'policy', policy(PUBLIC))],
    ['a policy that is no JSON', 400, 'MalformedPolicy', configure('/bucket', 'policy', 'no')],
    [
      'a policy of another bucket',
      400,
      'MalformedPolicy',
      configure('/bucket', 'policy', policy({ ...PUBLIC, Resource: 'arn:aws:s3:::other/*' })),
    ],
    [
      'a policy of an action of another service',
      400,
      'MalformedPolicy',
      configure('/bucket', 'policy', policy({ ...PUBLIC, Principal: { AWS: '111111111111' }, Action: 'ec2:Fly' })),
    ],
    [
      'a policy of nobody',
      400,
      'MalformedPolicy',
      configure('/bucket', 'policy', policy({ ...PUBLIC, Principal: undefined })),
    ],
    ['a PublicAccessBlock that is none', 400, 'MalformedXML', configure('/bucket', 'publicAccessBlock', '<No/>')],
    [
      'for another owner',
      403,
      'AccessDenied',
      call('PUT', '/bucket/refused', { body: 'x', headers: { 'x-amz-expected-bucket-owner': '999999999999' } }),
    ],
    [
      'from another owner',
      403,
      'AccessDenied',
      call('PUT', '/bucket/refused', {
        headers: { 'x-amz-copy-source': '/bucket/key', 'x-amz-source-expected-bucket-owner': '999999999999' },
      }),
    ],
    [
      'an account block of another account',
      403,
      'AccessDenied',
      ({ alt }) =>
        alt.call('GET', '/v20180820/configuration/publicAccessBlock', {
          headers: { 'x-amz-account-id': MAIN_ACCOUNT },
        }),
    ],
  ]),
  ...ofRule('4', [
    [
      "a bucket that is another's",
      409,
      'BucketAlreadyExists',
      ({ alt }) => alt.call('PUT', '/bucket'),
      { BucketName: 'bucket' },
    ],
    ['the policy status of no policy', 404, 'NoSuchBucketPolicy', call('GET', '/bucket', { query: 'policyStatus' })],
    ['all buckets, to nobody', 403, 'AccessDenied', ({ nobody }) => nobody.call('GET', '/')],
    [
      'a bucket elsewhere',
      400,
      'IllegalLocationConstraintException',
      call('PUT', '/refused', {
        body: '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>',
      }),
    ],
    [
      'a bucket nowhere',
      400,
      'InvalidLocationConstraint',
      call('PUT', '/refused', {
        body: '<CreateBucketConfiguration><LocationConstraint>the moon</LocationConstraint></CreateBucketConfiguration>',
      }),
    ],
    ...['ab', 'Upper', 'two..dots', '192.168.1.1', '-dash', 'under_score', 'x'.repeat(64)].map(
      (name) => [`the bucket name ${name}`, 400, 'InvalidBucketName', call('PUT', `/${name}`)] as const,
    ),
  ]),
];
