// `node packages/access-control/fuzz/decoders.ts --minutes 1`: policies, ACLs and identities files that somebody damaged.
import { type FuzzTarget, fuzz } from '@needlestack/fuzz';
import {
  AclCodecError,
  ANONYMOUS,
  decodeAcl,
  encodeAcl,
  evaluatePolicy,
  expandCannedAcl,
  IdentitiesError,
  isPolicyPublic,
  PolicyError,
  parseBucketPolicy,
  parseIdentities,
} from '../src/index.ts';

const policy = (statement: object): Buffer =>
  Buffer.from(JSON.stringify({ Version: '2012-10-17', Id: 'id', Statement: [statement] }));

const policies: FuzzTarget = {
  name: 'bucket policy',
  seeds: [
    policy({ Sid: 'a', Effect: 'Allow', Principal: '*', Action: 's3:Get*', Resource: 'arn:aws:s3:::bucket/*' }),
    policy({
      Effect: 'Deny',
      NotPrincipal: {
        AWS: ['123456789012', 'arn:aws:iam::123456789012:user/ann'],
        Service: 'logging.s3.amazonaws.com',
      },
      NotAction: ['s3:PutObject', 's3:List*'],
      NotResource: ['arn:aws:s3:::bucket/$\u007baws:username}/*'],
      Condition: {
        'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['a*', "$\u007baws:userid, 'x'}"] },
        IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] },
        DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' },
        Null: { 's3:ExistingObjectTag/x': 'true' },
        NumericLessThanEquals: { 's3:max-keys': 10 },
      },
    }),
  ],
  decode: (input) => {
    const parsed = parseBucketPolicy(input.toString(), { bucket: 'bucket', isLenient: true });
    const verdict = evaluatePolicy(parsed, {
      principal: ANONYMOUS,
      action: 's3:getobject',
      resource: 'arn:aws:s3:::bucket/key',
      facts: (name) => (name.length % 3 === 0 ? undefined : [name, '10.1.2.3']),
    });
    return [parsed.version, parsed.statements.length, isPolicyPublic(parsed), verdict.effect];
  },
  isRefusal: (error) => error instanceof PolicyError,
};

const acls: FuzzTarget = {
  name: 'ACL bytes',
  seeds: [Buffer.from(encodeAcl(expandCannedAcl('public-read-write', 'owner'))), Buffer.from('{"o":"a","g":[]}')],
  decode: (input) => decodeAcl(input),
  isRefusal: (error) => error instanceof AclCodecError,
};

const identities: FuzzTarget = {
  name: 'identities file',
  seeds: [
    Buffer.from(
      '{"identities":[{"name":"n","account":{"id":"42"},"credentials":[{"accessKey":"A","secretKey":"S"}],"actions":["Read:b/p*"]}],"accounts":[{"id":"42","displayName":"N","emailAddress":"a@b"}]}',
    ),
  ],
  decode: (input) => parseIdentities(input.toString()).identities.length,
  isRefusal: (error) => error instanceof IdentitiesError,
};

await fuzz([policies, acls, identities]);
