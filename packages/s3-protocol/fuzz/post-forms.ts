// `node packages/s3-protocol/fuzz/post-forms.ts --minutes 1`: policies and fields of uploads from HTML forms, damaged. What passes is a form that keeps
// to the policy that was signed.
import { createHmac } from 'node:crypto';
import { type FuzzTarget, fuzz } from '@needlestack/fuzz';
import {
  checkPostPolicy,
  parseFormClaim,
  parsePostPolicy,
  S3Error,
  SigningKeyCache,
  verifyFormSignature,
} from '../src/index.ts';

const SECRET = 'secret';
const NOW_MS = Date.UTC(2026, 10, 21);
const CREDENTIAL = 'AKID/20261121/us-east-1/s3/aws4_request';
const isRefusal = (error: unknown): boolean => error instanceof S3Error;
const keys = new SigningKeyCache();

const POLICY = JSON.stringify({
  expiration: '2026-12-01T12:00:00.000Z',
  conditions: [
    { bucket: 'b' },
    ['starts-with', '$key', 'user/'],
    { acl: 'private' },
    ['eq', '$Content-Type', 'text/plain'],
    ['content-length-range', 1, 1024],
    { 'x-amz-algorithm': 'AWS4-HMAC-SHA256' },
    { 'x-amz-credential': CREDENTIAL },
    { 'x-amz-date': '20261121T000000Z' },
  ],
});
const policy = Buffer.from(POLICY).toString('base64');
const FIELDS = { key: 'user/k', acl: 'private', 'content-type': 'text/plain', bucket: 'b', policy };
const form4 = {
  ...FIELDS,
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  'x-amz-credential': CREDENTIAL,
  'x-amz-date': '20261121T000000Z',
  'x-amz-signature': keys.get(CREDENTIAL, SECRET, '20261121', 'us-east-1', 's3').sign(policy),
};
const policy2 = Buffer.from(POLICY.replace(/,\{"x-amz[^}]*\}/g, '')).toString('base64');
const form2 = {
  ...FIELDS,
  policy: policy2,
  awsaccesskeyid: 'AKID',
  signature: createHmac('sha1', SECRET).update(policy2).digest('base64'),
};

const policies: FuzzTarget = {
  name: 'policy of a form',
  seeds: [Buffer.from(POLICY)],
  decode: (input) => {
    const parsed = parsePostPolicy(input.toString('base64'));
    return [parsed, checkPostPolicy(parsed, new Map(Object.entries(form4)), NOW_MS)];
  },
  isRefusal,
};

const forms: FuzzTarget = {
  name: 'signed form',
  seeds: [form4, form2].map((form) =>
    Buffer.from(
      Object.entries(form)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    ),
  ),
  decode: (input) => {
    const pairs = input
      .toString('latin1')
      .split('\n')
      .map((line): [string, string] => {
        const [name = '', ...rest] = line.split('=');
        return [name.toLowerCase(), rest.join('=')];
      });
    const fields = new Map(pairs);
    const claim = parseFormClaim(fields, { region: 'us-east-1', takesVersion2: true });
    if (claim === undefined) return 'anonymous';
    verifyFormSignature(claim, SECRET, keys);
    if (claim.policy !== policy && claim.policy !== policy2) throw new Error('passes, and nobody signed it');
    checkPostPolicy(parsePostPolicy(claim.policy), fields, NOW_MS);
    const kept = [fields.get('bucket'), fields.get('acl'), fields.get('content-type')].join();
    if (kept !== 'b,private,text/plain' || fields.get('key')?.startsWith('user/') !== true)
      throw new Error(`passes against its policy: ${kept} ${fields.get('key')}`);
    return [...fields];
  },
  isRefusal,
};

await fuzz([policies, forms]);
