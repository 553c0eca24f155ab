import fc from 'fast-check';
import { ANONYMOUS } from '../principal.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import { isPolicyPublic } from './is-policy-public.ts';
import { parseBucketPolicy } from './parse-bucket-policy.ts';
import { parsePolicy } from './parse-policy.ts';
import { PolicyError } from './policy-error.ts';

const statement = {
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::bucket/*',
};
const textOf = (changes: object, version: object = { Version: '2012-10-17' }): string =>
  JSON.stringify({ ...version, Statement: [{ ...statement, ...changes }] });
const parse = (text: string) => parseBucketPolicy(text, { bucket: 'bucket', isLenient: false });

test.each<[string, string]>([
  ["Policies must be valid JSON and the first byte must be '{'", '[]'],
  ["Policies must be valid JSON and the first byte must be '{'", '{'],
  ["Policies must be valid JSON and the first byte must be '{'", ' {}'],
  ["Policies must be valid JSON and the first byte must be '{'", '{"__proto__":{}}'],
  ['Invalid policy syntax.', `{"Statement":${'['.repeat(20)}${']'.repeat(20)}}`],
  ['Missing required field Statement', '{}'],
  ['Could not parse the policy: Statement is empty!', '{"Statement":[]}'],
  ['Invalid policy syntax.', '{"Statement":["x"]}'],
  ['The policy must contain a valid version string', textOf({}, { Version: '2020-01-01' })],
  ['Unknown field Statements', '{"Statements":[]}'],
  ['Unknown field Actions', textOf({ Actions: 's3:*' })],
  ['Missing required field Effect', textOf({ Effect: undefined })],
  ['Invalid effect: allow', textOf({ Effect: 'allow' })],
  ['Missing required field Principal', textOf({ Principal: undefined })],
  ['Invalid principal in policy', textOf({ Principal: 'ann' })],
  ['Invalid principal in policy', textOf({ Principal: {} })],
  ['Invalid principal in policy', textOf({ Principal: { AWS: 'arn:aws:iam::1:group/g' } })],
  ['Invalid principal in policy', textOf({ Principal: { Group: 'x' } })],
  ['Allow with NotPrincipal is not allowed.', textOf({ Principal: undefined, NotPrincipal: { AWS: '1' } })],
  ['Missing required field Action', textOf({ Action: undefined })],
  ['Policy has invalid action', textOf({ Action: 'GetObject' })],
  ['Policy has invalid action', textOf({ Action: 'iam:GetUser' })],
  ['Policy has invalid action', textOf({ Action: [] })],
  ['Invalid policy syntax.', textOf({ NotAction: 's3:GetObject' })],
  ['Missing required field Resource', textOf({ Resource: undefined })],
  ['Policy has invalid resource', textOf({ Resource: 'arn:aws:s3:::other/*' })],
  ['Policy has invalid resource', textOf({ Resource: 'bucket/*' })],
  ['Action does not apply to any resource(s) in statement', textOf({ Resource: 'arn:aws:s3:::bucket' })],
  ['Action does not apply to any resource(s) in statement', textOf({ Action: 's3:ListBucket' })],
  ['Policy has an invalid condition key', textOf({ Condition: { StringEquals: { 's3:nonsense': 'x' } } })],
  ['Invalid Condition type : StringSimilar', textOf({ Condition: { StringSimilar: { 'aws:Referer': 'x' } } })],
  ['Invalid value for condition Bool: yes', textOf({ Condition: { Bool: { 'aws:SecureTransport': 'yes' } } })],
  ['Policy has an invalid variable', textOf({ Resource: 'arn:aws:s3:::bucket/$\u007bname}' })],
  ['Normalized policy document exceeds the maximum allowed size of 20480 bytes.', textOf({ Sid: 'x'.repeat(20_480) })],
  [
    'Statement IDs (SID) in a single policy must be unique.',
    JSON.stringify({
      Statement: [
        { ...statement, Sid: 'a' },
        { ...statement, Sid: 'a' },
      ],
    }),
  ],
])('refused: %s', (message, text) => {
  const refusing = (): unknown => parse(text);
  expect(refusing).toThrow(PolicyError);
  expect(refusing).toThrow(message);
});

test.each<[string, object]>([
  ['everyone by AWS', { Principal: { AWS: '*' } }],
  [
    'accounts, users, roles, sessions, services and canonical ids',
    {
      Principal: {
        AWS: [
          '123456789012',
          'arn:aws:iam::123456789012:root',
          'arn:aws:iam::123456789012:user/path/ann',
          'arn:aws:iam::123456789012:role/r',
          'arn:aws:sts::123456789012:assumed-role/r/s',
        ],
        Service: 'logging.s3.amazonaws.com',
        CanonicalUser: 'f'.repeat(64),
      },
    },
  ],
  ['a denial of all but some', { Effect: 'Deny', Principal: undefined, NotPrincipal: { AWS: '123456789012' } }],
  ['all but some actions', { Action: undefined, NotAction: 's3:DeleteObject' }],
  ['all but some resources', { Resource: undefined, NotResource: 'arn:aws:s3:::bucket/private/*' }],
  ['wildcards for every bucket', { Resource: ['arn:aws:s3:::*', 'arn:aws:s3:::*/*'] }],
  ['every action', { Action: '*' }],
  [
    'numbers and booleans as values',
    { Condition: { Bool: { 'aws:SecureTransport': true }, NumericLessThan: { 's3:max-keys': 10 } } },
  ],
  ['keys of identity providers', { Condition: { StringEquals: { 'issuer.example.com:sub': 'x' } } }],
])('taken: %s', (_, changes) => {
  expect(parse(textOf(changes)).statements).toHaveLength(1);
});

test('lenient: what allows something of no resource allows nothing; a refusal of nothing is refused', () => {
  const parseLeniently = (text: string) => parseBucketPolicy(text, { bucket: 'bucket', isLenient: true });
  const policy = parseLeniently(textOf({ Resource: undefined }));
  const question = {
    principal: ANONYMOUS,
    action: 's3:getobject',
    resource: 'arn:aws:s3:::bucket/key',
    facts: () => undefined,
  };
  expect(evaluatePolicy(policy, question).effect).toBe('none');
  expect(evaluatePolicy(parseLeniently(textOf({})), question).effect).toBe('allow');
  expect(() => parseLeniently(textOf({ Effect: 'Deny', Resource: undefined }))).toThrow(
    'Missing required field Resource',
  );
});

test('lenient: repeated ids, statements that can never apply', () => {
  const text = JSON.stringify({
    Statement: [1, 2].map(() => ({ ...statement, Sid: 'a', Resource: 'arn:aws:s3:::bucket' })),
  });
  expect(parseBucketPolicy(text, { bucket: 'bucket', isLenient: true }).statements).toHaveLength(2);
});

test('identity policies have no principal, trust policies no resource', () => {
  const identity = { kind: 'identity' } as const;
  expect(() => parsePolicy(textOf({}), identity)).toThrow('Policy document should not specify a principal.');
  expect(
    parsePolicy(textOf({ Principal: undefined, Action: 'iam:*', Resource: '*' }), identity).statements,
  ).toHaveLength(1);
  const trust = { kind: 'trust' } as const;
  expect(() => parsePolicy(textOf({}), trust)).toThrow('Has prohibited field Resource');
  expect(parsePolicy(textOf({ Action: 'sts:AssumeRole', Resource: undefined }), trust).statements).toHaveLength(1);
});

test.each<[boolean, object]>([
  [true, {}],
  [true, { Principal: { AWS: ['123456789012', '*'] } }],
  [false, { Principal: { AWS: '123456789012' } }],
  [false, { Effect: 'Deny' }],
  [false, { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/32' } } }],
  [true, { Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } } }],
  [true, { Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/32' } } }],
  [true, { Condition: { StringLike: { 'aws:Referer': 'http://example.com/*' } } }],
  [false, { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }],
  [true, { Condition: { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } } }],
  [true, { Condition: { StringLike: { 'aws:PrincipalOrgID': 'o-*' } } }],
  [false, { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:123456789012:*' } } }],
  [true, { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } } }],
  [false, { Condition: { StringLike: { 'aws:userid': 'AROAEXAMPLE:*' } } }],
])('public: %s, %j', (isPublic, changes) => {
  expect(isPolicyPublic(parse(textOf(changes)))).toBe(isPublic);
});

test('any JSON is either a policy or refused by a PolicyError', () => {
  const field = fc.constantFrom(
    'Version',
    'Statement',
    'Effect',
    'Principal',
    'Action',
    'Resource',
    'Condition',
    'Sid',
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>('*', 'Allow', 's3:GetObject', 'arn:aws:s3:::bucket/*', 1, null, true, '2012-10-17'),
      fc.dictionary(field, tie('tree'), { maxKeys: 6 }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (document) => {
      try {
        parse(JSON.stringify(document));
      } catch (error) {
        expect(error).toBeInstanceOf(PolicyError);
      }
    }),
    { numRuns: 500 },
  );
});
