import fc from 'fast-check';
import { EqualityFilter, FilterParser } from 'ldapts';
import { escapeFilterValue, fillFilter } from './ldap-filter.ts';

test.each([
  ['alice', '(uid=alice)'],
  ['*', '(uid=\\2a)'],
  ['a)(uid=*', '(uid=a\\29\\28uid=\\2a)'],
  ['a\\2a', '(uid=a\\5c2a)'],
  ['a\0b', '(uid=a\\00b)'],
  ['Zoë', '(uid=Zoë)'],
  ['%d', '(uid=%d)'],
])('%j is %s', (username, filter) => {
  expect(fillFilter('(uid=%s)', { username })).toBe(filter);
});

test('both places are filled, as often as they stand', () => {
  const filled = fillFilter('(|(member=%d)(memberUid=%s)(owner=%d))', { username: 'a%d', dn: 'cn=%s\\,(x)' });
  expect(filled).toBe('(|(member=cn=%s\\5c,\\28x\\29)(memberUid=a%d)(owner=cn=%s\\5c,\\28x\\29))');
});

test('whatever is put in is one value, and that value', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'\\*()&|!=<>~:%sd \0\x1f\x7faZ09üé😀'), minLength: 1 }),
      (value) => {
        const parsed = FilterParser.parseString(`(uid=${escapeFilterValue(value)})`);
        expect(parsed).toBeInstanceOf(EqualityFilter);
        expect(parsed).toMatchObject({ attribute: 'uid', value });
      },
    ),
  );
});
