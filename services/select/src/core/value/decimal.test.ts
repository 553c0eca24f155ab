import { bigInt, integer, property, tuple, assert as verify } from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  Decimal,
  decimalOf,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  remainderOfDecimals,
  truncateDecimal,
} from './decimal.ts';
import { parseExactNumber } from './parse-number.ts';

const small = tuple(bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), integer({ min: 0, max: 10 })).map(
  ([coefficient, scale]) => new Decimal(coefficient, scale),
);

/** The value times 10^40, which is whole for every decimal that the properties make. */
const scaled = (value: Decimal): bigint => value.coefficient * 10n ** BigInt(40 - value.scale);

test('sums, products and order are those of the integers behind them', async () => {
  await verify(
    property(small, small, (a, b) => {
      expect(scaled(addDecimals(a, b))).toBe(scaled(a) + scaled(b));
      expect(scaled(multiplyDecimals(a, b)) * 10n ** 40n).toBe(scaled(a) * scaled(b));
      const [left, right] = [scaled(a), scaled(b)];
      expect(compareDecimals(a, b)).toBe(left < right ? -1 : left > right ? 1 : 0);
    }),
  );
});

test('a is the truncated quotient times b, and the remainder', async () => {
  await verify(
    property(small, small, (a, b) => {
      if (b.coefficient === 0n) return;
      const whole = scaled(a) / scaled(b);
      expect(scaled(remainderOfDecimals(a, b))).toBe(scaled(a) - whole * scaled(b));
      if (whole > -(10n ** 20n) && whole < 10n ** 20n && whole !== 0n) {
        expect(truncateDecimal(divideDecimals(a, b)) - whole).toBe(0n);
      }
    }),
  );
});

test('text and back', async () => {
  await verify(
    property(small, (value) => {
      const text = formatDecimal(value);
      expect(text).not.toMatch(/[eE]/);
      const again = parseExactNumber(text);
      const decimal = again instanceof Decimal ? again : new Decimal(BigInt(String(again)), 0);
      expect(compareDecimals(decimal, value)).toBe(0);
    }),
  );
});

test.each([
  ['99999999999999999999999999999999999999', '1', '100000000000000000000000000000000000000'],
  ['99999999999999999999999999999999999999', '0.5', '100000000000000000000000000000000000000'],
  ['99999999999999999999999999999999999998', '0.5', '99999999999999999999999999999999999998'],
  ['-99999999999999999999999999999999999997', '-0.51', '-99999999999999999999999999999999999998'],
])('%s + %s is %s: 38 digits, half to even', (a, b, sum) => {
  const read = (text: string): Decimal => {
    const [whole = '', fraction = ''] = text.split('.');
    return decimalOf(BigInt(whole + fraction), fraction.length);
  };
  expect(formatDecimal(addDecimals(read(a), read(b)))).toBe(sum);
});

test.each([
  [10n, 4n, '2.5'],
  [1n, 3n, '0.33333333333333333333333333333333333333'],
  [2n, 3n, '0.66666666666666666666666666666666666667'],
  [-2n, 3n, '-0.66666666666666666666666666666666666667'],
  [600n, 2n, '300'],
  [0n, 7n, '0'],
])('%s / %s is %s', (a, b, quotient) => {
  expect(formatDecimal(divideDecimals(new Decimal(a, 0), new Decimal(b, 0)))).toBe(quotient);
});
