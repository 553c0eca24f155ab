import fc from 'fast-check';
import { compileCondition, isConditionMet } from './condition.ts';
import { isAnyKey } from './condition-keys.ts';
import { isInRange, parseIpAddress, parseIpRange } from './ip-range.ts';

const options = { hasVariables: true, isKnownKey: isAnyKey };
const holds = (operator: string, values: readonly string[], actual: readonly string[] | undefined): boolean =>
  isConditionMet(compileCondition(operator, 'aws:Key', values, options), () => actual);

test.each<[string, string[], string[] | undefined, boolean]>([
  ['StringEquals', ['a', 'b'], ['b'], true],
  ['StringEquals', ['a'], ['A'], false],
  ['StringEquals', ['a'], undefined, false],
  ['StringNotEquals', ['a', 'b'], ['c'], true],
  ['StringNotEquals', ['a', 'b'], ['a'], false],
  ['StringNotEquals', ['a'], undefined, true],
  ['StringEqualsIgnoreCase', ['aB'], ['Ab'], true],
  ['StringNotEqualsIgnoreCase', ['aB'], ['Ab'], false],
  ['StringLike', ['public/*'], ['public/x/y'], true],
  ['StringLike', ['p?'], ['p'], false],
  ['StringNotLike', ['public/*'], ['private'], true],
  ['StringEquals', ['a*'], ['ab'], false],
  ['NumericEquals', ['10'], ['10.0'], true],
  ['NumericNotEquals', ['10'], ['11'], true],
  ['NumericLessThan', ['10'], ['9'], true],
  ['NumericLessThanEquals', ['10'], ['10'], true],
  ['NumericGreaterThan', ['10'], ['10'], false],
  ['NumericGreaterThanEquals', ['10'], ['10'], true],
  ['NumericLessThan', ['10'], ['many'], false],
  ['DateLessThan', ['2030-01-01T00:00:00Z'], ['2026-11-21T10:00:00Z'], true],
  ['DateGreaterThan', ['2030-01-01'], ['2026-11-21T10:00:00Z'], false],
  ['DateEquals', ['1767225600'], ['2026-01-01T00:00:00Z'], true],
  ['DateNotEquals', ['2026-01-01T01:00:00+01:00'], ['2026-01-01T00:00:00Z'], false],
  ['DateLessThanEquals', ['2026-01-01'], ['2026-01-01T00:00:00Z'], true],
  ['DateGreaterThanEquals', ['2026-01-01'], ['2026-01-01T00:00:00Z'], true],
  ['Bool', ['true'], ['TRUE'], true],
  ['Bool', ['true'], ['false'], false],
  ['BinaryEquals', ['QmluYXJ5'], ['QmluYXJ5'], true],
  ['IpAddress', ['10.0.0.0/8'], ['10.1.2.3'], true],
  ['IpAddress', ['10.0.0.0/8'], ['11.1.2.3'], false],
  ['IpAddress', ['2001:db8::/32'], ['2001:db8:1::1'], true],
  ['IpAddress', ['10.0.0.1'], ['10.0.0.1'], true],
  ['NotIpAddress', ['10.0.0.0/8'], ['10.1.2.3'], false],
  ['NotIpAddress', ['10.0.0.0/8'], undefined, true],
  ['ArnEquals', ['arn:aws:sns:*:123:*'], ['arn:aws:sns:us-east-1:123:topic'], true],
  ['ArnLike', ['arn:aws:s3:::b*'], ['arn:aws:s3:::bucket'], true],
  ['ArnLike', ['arn:aws:*:topic'], ['arn:aws:sns:us-east-1:123:topic'], false],
  ['ArnNotEquals', ['arn:aws:s3:::a'], ['arn:aws:s3:::b'], true],
  ['ArnNotLike', ['arn:aws:s3:::*'], ['arn:aws:s3:::b'], false],
  ['Null', ['true'], undefined, true],
  ['Null', ['true'], ['x'], false],
  ['Null', ['false'], ['x'], true],
  ['StringEqualsIfExists', ['a'], undefined, true],
  ['StringEqualsIfExists', ['a'], ['b'], false],
  ['StringNotEqualsIfExists', ['a'], undefined, true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
  ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
  ['ForAllValues:StringEquals', ['a'], undefined, true],
  ['ForAnyValue:StringEquals', ['a'], ['b', 'a'], true],
  ['ForAnyValue:StringEquals', ['a'], undefined, false],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', ['a'], undefined, false],
  ['ForAnyValue:StringLikeIfExists', ['a*'], undefined, true],
  ['stringequals', ['a'], ['a'], true],
])('%s %j on %j is %s', (operator, values, actual, expected) => {
  expect(holds(operator, values, actual)).toBe(expected);
});

test.each<[string, string[]]>([
  ['StringSimilar', ['a']],
  ['NullIfExists', ['true']],
  ['NumericEquals', ['ten']],
  ['DateLessThan', ['tomorrow']],
  ['Bool', ['yes']],
  ['Null', ['maybe']],
  ['IpAddress', ['10.0.0.0/33']],
  ['IpAddress', ['10.0.0']],
  ['BinaryEquals', ['no base64']],
  ['ForSomeValues:StringEquals', ['a']],
  ['StringEquals', []],
])('%s %j is refused', (operator, values) => {
  expect(() => compileCondition(operator, 'aws:Key', values, options)).toThrow();
});

test('a negated operator is the other one turned round, for one value', () => {
  const value = fc.constantFrom('a', 'b', 'ab', '');
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), value, (values, actual) => {
      for (const [plain, negated] of [
        ['StringEquals', 'StringNotEquals'],
        ['StringLike', 'StringNotLike'],
        ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
      ] as const) {
        expect(holds(negated, values, [actual])).toBe(!holds(plain, values, [actual]));
      }
    }),
  );
});

test('an address lies in the range that it is the start of, and in no range of another first bit', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), (address, bits) => {
      const groups = parseIpAddress(address) ?? [];
      const range = parseIpRange(`${address}/${bits}`);
      if (range === undefined) throw new Error('a range was refused');
      expect(isInRange(groups, range)).toBe(true);
      const first = Number(address.split('.')[0]);
      const other = parseIpAddress(`${first ^ 0x80}.${address.split('.').slice(1).join('.')}`) ?? [];
      expect(isInRange(other, range)).toBe(false);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      const range = parseIpRange(address);
      expect(range !== undefined && isInRange(parseIpAddress(address) ?? [], range)).toBe(true);
    }),
  );
});
