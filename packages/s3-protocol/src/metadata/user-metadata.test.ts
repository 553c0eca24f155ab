import fc from 'fast-check';
import { parseQuery } from '../address/request-target.ts';
import { storedContentEncoding } from '../chunked/content-encoding.ts';
import { S3Error } from '../error/s3-error.ts';
import { decodeHeaderText, encodeHeaderText, readUserMetadata } from './user-metadata.ts';

const none = parseQuery('');

test('headers and hoisted parameters', () => {
  const headers = { 'x-amz-meta-one': 'gr\u00c3\u00bcn', 'x-amz-meta-two': 'a, b', 'content-type': 'x' };
  const rawHeaders = ['x-amz-meta-two', 'a', 'X-Amz-Meta-Two', 'b'];
  expect({ ...readUserMetadata({ headers, rawHeaders }, none) }).toEqual({ one: 'gr\u00fcn', two: 'a,b' });
  expect({ ...readUserMetadata({ headers }, none) }).toEqual({ one: 'gr\u00fcn', two: 'a, b' });
  expect({ ...readUserMetadata({ headers: {} }, parseQuery('x-amz-meta-a=b&x-id=PutObject')) }).toEqual({ a: 'b' });
  expect({ ...readUserMetadata({ headers: { 'x-amz-meta-__proto__': 'x' } }, none) }).toHaveProperty(
    ['__proto__'],
    'x',
  );
});

test('past two kilobytes', () => {
  expect(() => readUserMetadata({ headers: { 'x-amz-meta-a': 'x'.repeat(2048) } }, none)).toThrow(S3Error);
  expect(readUserMetadata({ headers: { 'x-amz-meta-a': 'x'.repeat(2047) } }, none).a?.length).toBe(2047);
});

test('any text comes back from RFC 2047', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-composite', maxLength: 80 }), (text) => {
      const plain = text.replaceAll('=?', '');
      expect(decodeHeaderText(encodeHeaderText(plain))).toBe(plain);
      expect(encodeHeaderText(plain)).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
  expect(decodeHeaderText('=?UTF-8?Q?gr=C3=BCn_x?=')).toBe('gr\u00fcn x');
  expect(decodeHeaderText('\u00ff')).toBe('\u00ff');
});

test.each([
  [undefined, undefined],
  ['gzip', 'gzip'],
  ['aws-chunked', undefined],
  ['aws-chunked,gzip', 'gzip'],
  ['gzip, AWS-CHUNKED', 'gzip'],
])('content-encoding %s is stored as %s', (header, stored) => {
  expect(storedContentEncoding(header)).toBe(stored);
});
