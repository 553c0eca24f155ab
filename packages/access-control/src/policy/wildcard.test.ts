import fc from 'fast-check';
import { NO_FACTS } from './condition-facts.ts';
import { compilePolicyText, resolvePolicyText } from './policy-text.ts';
import { compilePattern, matchesPatternOf, matchesWildcard } from './wildcard.ts';

const reference = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '[^]*')
      .replaceAll('?', '[^]')}$`,
  );

test('patterns agree with their regular expression, compiled or not', () => {
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
  fc.assert(
    fc.property(pattern, text, (given, subject) => {
      const expected = reference(given).test(subject);
      expect(matchesWildcard(given, subject)).toBe(expected);
      expect(matchesPatternOf(compilePattern(given), subject)).toBe(expected);
    }),
    { numRuns: 1_000 },
  );
});

test('a pattern made to be slow ends', () => {
  // Whoever tries all ways to match it is not done in a lifetime.
  expect(matchesWildcard(`${'*a'.repeat(500)}b`, 'a'.repeat(1_024))).toBe(false);
});

/** A variable as policies spell it. */
const variable = (body: string): string => `$${`{${body}}`}`;

describe('variables', () => {
  const facts = (name: string) =>
    name === 'aws:username' ? ['ann*'] : name === 'aws:tagkeys' ? ['a', 'b'] : undefined;
  const resolve = (source: string, hasVariables = true) =>
    resolvePolicyText(compilePolicyText(source, hasVariables), facts);
  const fits = (source: string, text: string): boolean => {
    const resolved = resolve(source);
    return resolved !== undefined && matchesPatternOf(resolved.pattern, text);
  };

  test('what a caller is called is no wildcard', () => {
    expect(fits(`home/${variable('aws:username')}/*`, 'home/ann*/x')).toBe(true);
    expect(fits(`home/${variable('aws:username')}/*`, 'home/annabel/x')).toBe(false);
  });

  test('literal characters', () => {
    expect(fits(`a${variable('*')}b`, 'a*b')).toBe(true);
    expect(fits(`a${variable('*')}b`, 'axb')).toBe(false);
    expect(fits(`a${variable('?')}b*`, 'a?bc')).toBe(true);
    expect(fits(`a${variable('$')}{b}`, `a${variable('b')}`)).toBe(true);
  });

  test('without a value nothing fits, unless there is a default', () => {
    expect(resolve(variable('aws:userid'))).toBeUndefined();
    expect(resolve(variable('aws:tagkeys'))).toBeUndefined();
    expect(resolve(variable("aws:userid, 'nobody'"))?.text).toBe('nobody');
  });

  test('policies of 2008 have none', () => {
    expect(resolvePolicyText(compilePolicyText(variable('aws:username'), false), NO_FACTS)?.text).toBe(
      variable('aws:username'),
    );
  });

  test.each([variable(''), variable('username'), '$\u007baws:username'])('%s', (source) => {
    if (source.endsWith('}')) expect(() => compilePolicyText(source, true)).toThrow('invalid variable');
    else expect(compilePolicyText(source, true)).toMatchObject({ kind: 'fixed', text: source });
  });
});
