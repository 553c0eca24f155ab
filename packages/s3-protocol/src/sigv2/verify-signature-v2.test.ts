/** Requests and strings to sign are those of the public description of Signature Version 2 ("Signing and authenticating REST requests"). */
import { createHmac } from 'node:crypto';
import { S3Error } from '../error/s3-error.ts';
import type { SignableRequest } from '../sigv4/signable-request.ts';
import { buildStringToSignV2, parseSignatureV2Claim, verifySignatureV2 } from './verify-signature-v2.ts';

const ACCESS_KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const DATE = 'Tue, 27 Mar 2007 19:36:42 +0000';
const NOW_MS = Date.parse(DATE);

const request = (method: string, rawPath: string, headers: Record<string, string>, rawQuery = ''): SignableRequest => ({
  method,
  rawPath,
  rawQuery,
  headers,
});

const HEADER = { form: 'header', expires: '' } as const;

test('strings to sign of the examples', () => {
  expect(buildStringToSignV2(request('GET', '/photos/puppy.jpg', { date: DATE }), HEADER, 'johnsmith')).toBe(
    `GET\n\n\n${DATE}\n/johnsmith/photos/puppy.jpg`,
  );
  expect(
    buildStringToSignV2(
      request('PUT', '/photos/puppy.jpg', { date: DATE, 'content-type': 'image/jpeg' }),
      HEADER,
      'johnsmith',
    ),
  ).toBe(`PUT\n\nimage/jpeg\n${DATE}\n/johnsmith/photos/puppy.jpg`);
  expect(
    buildStringToSignV2(
      request('GET', '/', { date: DATE }, 'prefix=photos&max-keys=50&marker=puppy'),
      HEADER,
      'johnsmith',
    ),
  ).toBe(`GET\n\n\n${DATE}\n/johnsmith/`);
  expect(buildStringToSignV2(request('GET', '/', { date: DATE }, 'acl'), HEADER, 'johnsmith')).toBe(
    `GET\n\n\n${DATE}\n/johnsmith/?acl`,
  );
  expect(
    buildStringToSignV2(
      request('DELETE', '/awsexamplebucket1/photos/puppy.jpg', { date: DATE, 'x-amz-date': DATE }),
      HEADER,
      undefined,
    ),
  ).toBe(`DELETE\n\n\n\nx-amz-date:${DATE}\n/awsexamplebucket1/photos/puppy.jpg`);
});

const signed = (base: SignableRequest, secret = SECRET): SignableRequest => {
  const signature = createHmac('sha1', secret)
    .update(buildStringToSignV2(base, HEADER, undefined))
    .digest('base64');
  return { ...base, headers: { ...base.headers, authorization: `AWS ${ACCESS_KEY_ID}:${signature}` } };
};

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return error instanceof S3Error ? error.code : String(error);
  }
};

const verify = (given: SignableRequest, nowMs = NOW_MS): void => {
  const claim = parseSignatureV2Claim(given);
  if (claim === undefined) throw new Error('not signed');
  verifySignatureV2({ request: given, claim, secret: SECRET, hostBucket: undefined, nowMs });
};

test('the signature of the first example', () => {
  const example = request('GET', '/awsexamplebucket1/photos/puppy.jpg', { date: DATE });
  expect(signed(example).headers.authorization).toBe(`AWS ${ACCESS_KEY_ID}:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=`);
});

test('a header signature proves its request, for a quarter of an hour', () => {
  const good = signed(request('PUT', '/bucket/key', { date: DATE, 'x-amz-meta-a': 'one', 'content-md5': 'x' }));
  expect(codeOf(() => verify(good))).toBe('none');
  expect(codeOf(() => verify({ ...good, rawPath: '/bucket/other' }))).toBe('SignatureDoesNotMatch');
  expect(codeOf(() => verify({ ...good, headers: { ...good.headers, 'x-amz-meta-a': 'two' } }))).toBe(
    'SignatureDoesNotMatch',
  );
  expect(codeOf(() => verify({ ...good, rawQuery: 'acl' }))).toBe('SignatureDoesNotMatch');
  expect(codeOf(() => verify(good, NOW_MS + 16 * 60_000))).toBe('RequestTimeTooSkewed');
  expect(codeOf(() => verify(signed(request('GET', '/', {}))))).toBe('AccessDenied');
  const before1970 = request('GET', '/', { date: 'Fri, 07 Jul 1950 21:53:04 GMT' });
  expect(codeOf(() => verify(signed(before1970)))).toBe('AccessDenied');
  expect(codeOf(() => verify(signed(request('GET', '/', { date: DATE }), 'another')))).toBe('SignatureDoesNotMatch');
});

test('a bucket in the path may be signed with a slash behind it', () => {
  const folder = signed(request('PUT', '/bucket/', { date: DATE }));
  expect(codeOf(() => verify({ ...folder, rawPath: '/bucket' }))).toBe('none');
  const key = signed(request('PUT', '/bucket/key/', { date: DATE }));
  expect(codeOf(() => verify({ ...key, rawPath: '/bucket/key' }))).toBe('SignatureDoesNotMatch');
});

test('a signature in the query proves its request until it expires', () => {
  const expires = String(NOW_MS / 1000 + 60);
  const base = request('GET', '/bucket/key', {});
  const text = buildStringToSignV2(base, { form: 'query', expires }, undefined);
  const signature = encodeURIComponent(createHmac('sha1', SECRET).update(text).digest('base64'));
  const url = { ...base, rawQuery: `AWSAccessKeyId=${ACCESS_KEY_ID}&Expires=${expires}&Signature=${signature}` };
  expect(codeOf(() => verify(url))).toBe('none');
  expect(codeOf(() => verify(url, NOW_MS + 61_000))).toBe('AccessDenied');
  expect(codeOf(() => verify({ ...url, rawQuery: `AWSAccessKeyId=${ACCESS_KEY_ID}&Expires=${expires}` }))).toBe(
    'AccessDenied',
  );
});

test('what is signed otherwise is not of this version', () => {
  expect(
    parseSignatureV2Claim(request('GET', '/', { authorization: 'AWS4-HMAC-SHA256 Credential=x' })),
  ).toBeUndefined();
  expect(parseSignatureV2Claim(request('GET', '/', {}))).toBeUndefined();
  expect(codeOf(() => parseSignatureV2Claim(request('GET', '/', { authorization: 'AWS nonsense' })))).toBe(
    'InvalidArgument',
  );
});
