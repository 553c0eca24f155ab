import { hash } from 'node:crypto';
import { EMPTY_SHA256 } from './payload-line.ts';
import { presignQuery, type RequestToSign, type SigningScope, signRequest } from './sign-request.ts';
import { parseSignatureClaim } from './signature-claim.ts';
import { SigningKeyCache } from './signing-key.ts';
import { verifySignature } from './verify-signature.ts';

// The worked examples of the Amazon S3 API reference, "Authenticating Requests".
const scope: SigningScope = {
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  region: 'us-east-1',
  service: 's3',
  nowMs: Date.UTC(2013, 4, 24),
  keys: new SigningKeyCache(),
};
const host = 'examplebucket.s3.amazonaws.com';

const EXAMPLES: readonly [string, RequestToSign, string, string][] = [
  [
    'GET object with a range',
    { method: 'GET', rawPath: '/test.txt', rawQuery: '', headers: { host, range: 'bytes=0-9' } },
    EMPTY_SHA256,
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT object, a key with a dollar sign',
    {
      method: 'PUT',
      rawPath: '/test$file.text',
      rawQuery: '',
      headers: { host, date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    },
    hash('sha256', 'Welcome to Amazon S3.', 'hex'),
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'GET bucket lifecycle, a name without value',
    { method: 'GET', rawPath: '/', rawQuery: 'lifecycle', headers: { host } },
    EMPTY_SHA256,
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'GET bucket, two parameters',
    { method: 'GET', rawPath: '/', rawQuery: 'prefix=J&max-keys=2', headers: { host } },
    EMPTY_SHA256,
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
];

describe('examples of the API reference', () => {
  test.each(EXAMPLES)('%s', (_name, request, payloadLine, signature) => {
    const signed = signRequest(request, scope, payloadLine);
    expect(signed.seed.signature).toBe(signature);
    const sent = { ...request, headers: signed.headers };
    const claim = parseSignatureClaim(sent, { region: 'us-east-1', services: ['s3'] });
    if (claim === undefined) throw new Error('the request carries a signature');
    const secret = scope.credentials.secretAccessKey;
    expect(
      verifySignature({ request: sent, claim, secret, payloadLine, keys: new SigningKeyCache(), nowMs: scope.nowMs })
        .signature,
    ).toBe(signature);
  });

  test('presigned GET', () => {
    const query = presignQuery({ method: 'GET', rawPath: '/test.txt', rawQuery: '', headers: { host } }, scope, 86_400);
    expect(query).toMatch(/&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404$/);
  });
});

// From the published test suite of Signature Version 4 (service "service"), the cases that do not depend on path normalisation.
const SUITE: readonly [string, RequestToSign, string][] = [
  [
    'get-vanilla',
    { method: 'GET', rawPath: '/', rawQuery: '', headers: { host: 'example.amazonaws.com' } },
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'get-vanilla-query-order-key-case',
    {
      method: 'GET',
      rawPath: '/',
      rawQuery: 'Param2=value2&Param1=value1',
      headers: { host: 'example.amazonaws.com' },
    },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'post-vanilla',
    { method: 'POST', rawPath: '/', rawQuery: '', headers: { host: 'example.amazonaws.com' } },
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
];

describe('published suite', () => {
  test.each(SUITE)('%s', async (_name, request, signature) => {
    const { SigningKeyCache: Cache } = await import('./signing-key.ts');
    const { buildCanonicalRequest, canonicalizePath, canonicalizeQuery } = await import('./canonical-request.ts');
    const { buildStringToSign } = await import('./verify-signature.ts');
    const amzDate = '20150830T123600Z';
    const headers = { ...request.headers, 'x-amz-date': amzDate };
    const canonical = buildCanonicalRequest(
      { ...request, headers },
      canonicalizePath(request.rawPath),
      canonicalizeQuery(request.rawQuery),
      'host;x-amz-date',
      EMPTY_SHA256,
    );
    const key = new Cache().get(
      'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request',
      'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      '20150830',
      'us-east-1',
      'service',
    );
    expect(key.sign(buildStringToSign(amzDate, '20150830/us-east-1/service/aws4_request', canonical))).toBe(signature);
  });
});
