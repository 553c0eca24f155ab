import fc from 'fast-check';
import { S3Error } from '../error/s3-error.ts';
import { hasDotSegment, isValidBucketName, resolveObjectAddress } from './object-address.ts';
import { parseQuery, parseRequestTarget } from './request-target.ts';
import { decodeUriComponent, encodeUriComponent, encodeUriPath } from './uri-encoding.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
  return 'accepted';
};
const pathStyle = { virtualHostDomains: [] };
const resolve = (rawPath: string, host?: string, domains: readonly string[] = []) =>
  resolveObjectAddress(rawPath, host, { virtualHostDomains: domains });

test.each([
  ['/b/a/../c', '/b/a/../c', ''],
  ['//b/key', '//b/key', ''],
  ['/b/a\\c', '/b/a\\c', ''],
  ['/b/k?a?b=c', '/b/k', 'a?b=c'],
  ['/?', '/', ''],
  ['http://host:9000/b/k?x', '/b/k', 'x'],
  ['http://host', '/', ''],
  ['https://host?x', '/', 'x'],
])('target %s', (target, rawPath, rawQuery) => {
  expect(parseRequestTarget(target)).toEqual({ rawPath, rawQuery });
});

test('a target that is no path', () => {
  expect(codeOf(() => parseRequestTarget('*'))).toBe('InvalidURI');
  expect(codeOf(() => parseRequestTarget(''))).toBe('InvalidURI');
});

test.each([
  ['/', '', ''],
  ['/bucket', 'bucket', ''],
  ['/bucket/', 'bucket', ''],
  ['/bucket/key', 'bucket', 'key'],
  ['/bucket//key/', 'bucket', '/key/'],
  ['/bucket/a%2Fb%20c+d', 'bucket', 'a/b c+d'],
  ['/bucket/%252e%252e/x', 'bucket', '%2e%2e/x'],
  ['/bucket/...', 'bucket', '...'],
  ['/bucket/a%0Ab', 'bucket', 'a\nb'],
  ['/bucket/gr\u00c3\u00bcn', 'bucket', 'gr\u00fcn'],
])('path style %s', (rawPath, bucket, key) => {
  expect(resolve(rawPath)).toEqual({ bucket, key });
});

test.each([
  ['bucket.s3.local', '/key', 'bucket', 'key'],
  ['My.Bucket.s3.LOCAL:9000', '/', 'my.bucket', ''],
  ['bucket.s3.local.', '/key', 'bucket', 'key'],
  ['bucket.s3.local.:9000', '/key', 'bucket', 'key'],
  ['s3.local.', '/bucket/key', 'bucket', 'key'],
  ['s3.local:9000', '/bucket/key', 'bucket', 'key'],
  ['bucket.other', '/a/b', 'a', 'b'],
  ['127.0.0.1:9000', '/a/b', 'a', 'b'],
  ['xs3.local', '/a/b', 'a', 'b'],
])('host %s path %s', (host, rawPath, bucket, key) => {
  expect(resolve(rawPath, host, ['s3.local'])).toEqual({ bucket, key });
});

test.each([
  ['InvalidURI', '/bucket/../x'],
  ['InvalidURI', '/bucket/a/..'],
  ['InvalidURI', '/bucket/./a'],
  ['InvalidURI', '/bucket/%2e%2e/a'],
  ['InvalidURI', '/bucket/%ff'],
  ['InvalidURI', '/bucket/%zz'],
  ['InvalidURI', '/bucket/\u00ff'],
  ['KeyTooLongError', `/bucket/${'k'.repeat(1025)}`],
  ['KeyTooLongError', `/bucket/${'%C3%BC'.repeat(513)}`],
  ['accepted', `/bucket/${'k'.repeat(1024)}`],
])('%s: %s', (code, rawPath) => {
  expect(codeOf(() => resolveObjectAddress(rawPath, undefined, pathStyle))).toBe(code);
});

test('dot segments against their definition', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('.', '..', '...', 'a', '', 'a.b', '.a', 'a.'), { maxLength: 6 }),
      (segments) => {
        const isFolding = segments.includes('.') || segments.includes('..');
        expect(hasDotSegment(segments.join('/'))).toBe(isFolding);
      },
    ),
  );
});

test('names survive encoding and decoding', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      expect(decodeUriComponent(encodeUriComponent(name))).toBe(name);
      expect(encodeUriComponent(name)).toMatch(/^(?:[A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
      expect(encodeUriPath(name).split('/').length).toBe(name.split('/').length);
    }),
  );
});

test('query', () => {
  const query = parseQuery('acl&prefix=a%2Bb+c&prefix=second&empty=&&x=1');
  expect([...query.entries]).toEqual([
    ['acl', ''],
    ['prefix', 'a+b+c'],
    ['empty', ''],
    ['x', '1'],
  ]);
  expect(query.bare).toEqual(['acl']);
  expect(query.has('empty')).toBe(true);
  expect(query.get('missing')).toBeUndefined();
  expect(parseQuery('').bare).toEqual([]);
  expect(codeOf(() => parseQuery('a=%f'))).toBe('InvalidURI');
});

test.each([
  ['abc', true],
  ['a.b-c', true],
  ['0'.repeat(63), true],
  ['ab', false],
  ['0'.repeat(64), false],
  ['Abc', false],
  ['a_b', false],
  ['-abc', false],
  ['abc-', false],
  ['a..b', false],
  ['a.-b', false],
  ['192.168.0.1', false],
  ['xn--abc', false],
  ['abc-s3alias', false],
])('bucket name %s: %s', (name, isValid) => {
  expect(isValidBucketName(name)).toBe(isValid);
});
