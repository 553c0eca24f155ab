import fc from 'fast-check';
import { IcebergFormatError } from '../iceberg-format-error.ts';
import { JSON_DEPTH_MAX } from '../limits.ts';
import { JsonNumber, type JsonValue } from './json-value.ts';
import { parseJson } from './parse-json.ts';
import { writeJson } from './write-json.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof IcebergFormatError ? error.code : String(error);
  }
}

const numberText = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc
    .tuple(fc.integer(), fc.stringMatching(/^[0-9]{1,25}$/), fc.integer({ min: -400, max: 400 }))
    .map(([whole, fraction, exponent]) => `${whole}.${fraction}e${exponent}`),
  fc.constantFrom('-0', '0.0', '1.0', '1e400', '1E+2', '-0.0', '9007199254740993', '9223372036854775807'),
);

const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    numberText,
    fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('value'), { maxLength: 5 }).map((values) => `[${values.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(fc.string(), tie('value')), { maxLength: 5, selector: ([name]) => name })
      // Names that look like array indices would be sorted first, which JSON allows but this comparison of texts does not.
      .map((members) => members.filter(([name]) => !/^\d+$/.test(name)))
      .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  ),
})).value;

test('what was read is written with the same text', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      expect(writeJson(parseJson(text))).toBe(text);
    }),
  );
});

test('reads what JSON.parse reads, white space included', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(0, 1, '\t', ' \t '), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const parsed: unknown = JSON.parse(writeJson(parseJson(text)));
      expect(parsed).toEqual(JSON.parse(text));
    }),
  );
});

test('refuses what JSON.parse refuses, and nothing else, when texts are damaged', () => {
  const damaged = fc
    .tuple(jsonText, fc.nat(), fc.constantFrom('', '"', '\\', ',', '}', ']', '0', '-', '.', 'e', '\u0001', '\ud800'))
    .map(([text, at, insert]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + insert + text.slice(place + (insert === '' ? 1 : 0));
    });
  fc.assert(
    fc.property(damaged, (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      expect(codeOf(() => parseJson(text))).toBe(isJson ? 'nothing thrown' : 'bad-json');
    }),
    { numRuns: 400 },
  );
});

test.each([
  ['9007199254740991', 9_007_199_254_740_991],
  ['9007199254740993', 9_007_199_254_740_993n],
  ['9223372036854775807', 9_223_372_036_854_775_807n],
  ['-9007199254740993', -9_007_199_254_740_993n],
  ['123456789012345', 123_456_789_012_345],
  ['1.5', 1.5],
  ['1.0', new JsonNumber('1.0')],
  ['-0', new JsonNumber('-0')],
  ['1e400', new JsonNumber('1e400')],
])('%s keeps its value', (text: string, value: JsonValue) => {
  expect(parseJson(text)).toEqual(value);
});

test('a member called __proto__ is a member like any other', () => {
  const value = parseJson('{"__proto__":{"polluted":1},"a":2}');
  expect(writeJson(value)).toBe('{"__proto__":{"polluted":1},"a":2}');
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('depth has a limit, which is an error and no crash', () => {
  const nest = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(codeOf(() => parseJson(nest(JSON_DEPTH_MAX)))).toBe('nothing thrown');
  expect(codeOf(() => parseJson(nest(JSON_DEPTH_MAX + 1)))).toBe('bad-json');
  expect(codeOf(() => parseJson('{"a":'.repeat(1_000_000)))).toBe('bad-json');
});

test('an error names offset, what was found and what was expected', () => {
  expect(() => parseJson('{"a" 1}')).toThrow(`Invalid JSON at offset 5: found "1}", expected ':'`);
  expect(() => parseJson('[1, 2')).toThrow("Invalid JSON at offset 5: found the end, expected ',' or ']'");
});

test('undefined members are not written', () => {
  expect(writeJson({ a: undefined, b: null, c: 10n ** 30n })).toBe('{"b":null,"c":1000000000000000000000000000000}');
});
