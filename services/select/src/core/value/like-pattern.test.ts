import { array, constantFrom, property, assert as verify } from 'fast-check';
import { compileLike, matchesLike } from './like-pattern.ts';

const text = array(constantFrom('a', 'b', '\u{1f600}'), { maxLength: 12 }).map((parts) => parts.join(''));
const pattern = array(constantFrom('a', 'b', '\u{1f600}', '_', '%'), { maxLength: 8 }).map((parts) => parts.join(''));

/** The same rule by a regular expression, which may go back. */
const byRegularExpression = (like: string): RegExp =>
  new RegExp(`^${like.replaceAll('_', '.').replaceAll('%', '.*')}$`, 'su');

test('matches what the equivalent regular expression matches', async () => {
  await verify(
    property(text, pattern, (value, like) => {
      expect(matchesLike(compileLike(like, undefined), value)).toBe(byRegularExpression(like).test(value));
    }),
    { numRuns: 2000 },
  );
});

test('a pattern that would make a backtracking matcher hang is answered at once', () => {
  const like = compileLike(`${'%a'.repeat(1000)}%b`, undefined);
  expect(matchesLike(like, 'a'.repeat(100_000))).toBe(false);
});
