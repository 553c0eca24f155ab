import fc from 'fast-check';
import { decodeObjectKey, encodeObjectKey } from './object-key-encoding.ts';

test.each([
  ['photos/2026/a b.jpg', 'photos/2026/a+b.jpg'],
  ['a+b', 'a%2Bb'],
  ['100%', '100%25'],
  ['é', '%C3%A9'],
  ['日本', '%E6%97%A5%E6%9C%AC'],
  ["!'()~*-._", '%21%27%28%29%7E*-._'],
  ['a=b&c', 'a%3Db%26c'],
  ['😀', '%F0%9F%98%80'],
])('%p is written %p', (key, encoded) => {
  expect(encodeObjectKey(key)).toBe(encoded);
});

test('an escaped slash of another store is read', () => {
  expect(decodeObjectKey('a%2Fb+c')).toBe('a/b c');
});

test('agrees with the form encoding of URLSearchParams, but for the slash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (key) => {
      const form = new URLSearchParams([['k', key]]).toString().slice(2).replaceAll('%2F', '/');
      expect(encodeObjectKey(key)).toBe(form);
      expect(decodeObjectKey(encodeObjectKey(key))).toBe(key);
    }),
  );
});
