import fc from 'fast-check';
import { normalizeDistinguishedName } from './distinguished-name.ts';

test.each([
  ['uid=alice,ou=People,dc=example,dc=org', 'uid=alice,ou=people,dc=example,dc=org'],
  ['UID = Alice , OU=People,DC=example,DC=org', 'uid=alice,ou=people,dc=example,dc=org'],
  ['cn=Alice   Smith', 'cn=alice smith'],
  ['cn=Smith\\, Alice,dc=x', 'cn=smith\\, alice,dc=x'],
  ['cn=Smith\\2C Alice,dc=x', 'cn=smith\\, alice,dc=x'],
  ['cn=a+sn=b,dc=x', 'cn=a+sn=b,dc=x'],
  ['sn=b + cn=a,dc=x', 'cn=a+sn=b,dc=x'],
  ['cn=a\\+b,dc=x', 'cn=a\\+b,dc=x'],
  ['cn=Zo\\C3\\AB', 'cn=zoë'],
  ['cn=Zoe\u0308', 'cn=zoë'],
  ['cn=\\#1,dc=x', 'cn=\\#1,dc=x'],
  ['cn=a\\ ,dc=x', 'cn=a,dc=x'],
  ['cn=a=b', 'cn=a\\=b'],
  ['cn=a\\00b', 'cn=a\\00b'],
  ['1.2.840.113556=#04024869', '1.2.840.113556=#04024869'],
  ['cn=😀', 'cn=😀'],
])('%s is %s', (text, expected) => {
  expect(normalizeDistinguishedName(text)).toBe(expected);
});

test.each([
  ['the empty one', ''],
  ['no type', 'alice'],
  ['no value', 'uid='],
  ['an empty level', 'uid=a,,dc=x'],
  ['a level that is missing', 'uid=a,'],
  ['no type of RFC 4512', 'ü=a'],
  ['quotes', 'uid="a"'],
  ['a semicolon', 'uid=a;dc=x'],
  ['angle brackets', 'uid=<a>'],
  ['half an escape', 'uid=a\\'],
  ['no hexadecimal digits', 'uid=a\\zz'],
  ['bytes that are no UTF-8', 'uid=\\ff'],
  ['half a byte', 'uid=#0'],
  ['too long', `uid=${'a'.repeat(1_024)}`],
  ['too deep', Array.from({ length: 65 }, () => 'dc=a').join(',')],
])('none: %s', (_why, text) => {
  expect(normalizeDistinguishedName(text)).toBeUndefined();
});

const value = fc
  .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
  .filter((text) => text.normalize('NFKC').trim() !== '' && text.isWellFormed());
const hexEscaped = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');

test('whatever a value holds, its spelling says only that value, and says it the same way again', () => {
  fc.assert(
    fc.property(value, value, (first, second) => {
      const dn = normalizeDistinguishedName(`cn=${hexEscaped(first)},dc=x`);
      expect(dn?.endsWith(',dc=x')).toBe(true);
      expect(normalizeDistinguishedName(dn ?? '')).toBe(dn);
      const other = normalizeDistinguishedName(`cn=${hexEscaped(second)},dc=x`);
      const fold = (text: string) => text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/g, ' ').trim();
      expect(dn === other).toBe(fold(first) === fold(second));
    }),
  );
});

/** Those that mean something, and some that do not. */
const letter = fc.constantFrom(...'\\=,+#"<>; \t\0aAzZ09.-%üß\u0308İ😀\ud800');

test('nothing that is given makes it throw', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40, unit: letter }), (text) => {
      const dn = normalizeDistinguishedName(text);
      if (dn !== undefined) expect(normalizeDistinguishedName(dn)).toBe(dn);
    }),
  );
});
