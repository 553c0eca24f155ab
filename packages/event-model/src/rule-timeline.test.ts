import fc from 'fast-check';
import { compileRules, matchRules } from './compile-rules.ts';
import type { NotificationConfiguration, NotificationRule } from './notification-configuration.ts';
import { RuleTimeline } from './rule-timeline.ts';

function rule(id: string, more: Partial<NotificationRule> = {}): NotificationRule {
  return { id, arn: '', targetId: '1:webhook', events: ['s3:ObjectCreated:*'], ...more };
}

function matchedBy(
  rules: readonly NotificationRule[],
  key: string,
  eventName = 'ObjectCreated:Put',
): readonly string[] {
  return matchRules(compileRules({ rules }), eventName, key).map(({ configurationId }) => configurationId);
}

describe('matching', () => {
  test.each([
    ['', '', 'anything', true],
    ['a/', '', 'a/b', true],
    ['a/', '', 'b/a/', false],
    ['', '.csv', 'x.csv', true],
    ['', '.csv', 'x.csv.gz', false],
    ['ab', 'bc', 'abc', true],
    ['ab', 'bc', 'ab', false],
    ['a*', '', 'abc', true],
    ['', '*.csv', 'x.csv', true],
    ['a**', '', 'abc', false],
    ['a**', '', 'a*bc', true],
    ['a?', '', 'ab', false],
    ['[a]', '', 'a', false],
    ['a b+', '', 'a b+c', true],
  ])('prefix %p, suffix %p, key %p: %p', (prefix, suffix, key, expected) => {
    expect(matchedBy([rule('r', { prefix, suffix })], key)).toEqual(expected ? ['r'] : []);
  });

  test('a name that no wildcard covers needs to be named', () => {
    expect(matchedBy([rule('r')], 'k', 'ObjectCreated:PutRetention')).toEqual([]);
    expect(
      matchedBy([rule('r', { events: ['s3:ObjectCreated:PutRetention'] })], 'k', 'ObjectCreated:PutRetention'),
    ).toEqual(['r']);
  });

  test('one match a target, by its first rule', () => {
    const rules = [rule('a', { prefix: 'x' }), rule('b'), rule('c', { targetId: '2:webhook' }), rule('d')];
    expect(matchedBy(rules, 'k')).toEqual(['b', 'c']);
    expect(matchedBy(rules, 'xk')).toEqual(['a', 'c']);
    expect(matchedBy([rule('w', { events: ['s3:ObjectCreated:*', 's3:ObjectCreated:Put'] })], 'k')).toEqual(['w']);
  });

  test('agrees with the plain reading of prefix and suffix', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 6 }), text, (filters, key) => {
        const rules = filters.map(([prefix, suffix], index) =>
          rule(String(index), { prefix, suffix, targetId: String(index) }),
        );
        const expected = filters.flatMap(([prefix, suffix], index) =>
          key.slice(0, prefix.length) === prefix && (suffix === '' || key.slice(-suffix.length) === suffix)
            ? [String(index)]
            : [],
        );
        expect(matchedBy(rules, key)).toEqual(expected);
      }),
    );
  });
});

describe('the timeline', () => {
  const one: NotificationConfiguration = { rules: [rule('one')] };
  const two: NotificationConfiguration = { rules: [rule('two')] };

  function idsAt(timeline: RuleTimeline, seq: bigint): readonly string[] {
    return timeline.match(seq, 'b', 'ObjectCreated:Put', 'k').map(({ configurationId }) => configurationId);
  }

  test('an event is matched by the rules before it, however late it is read', () => {
    const timeline = new RuleTimeline();
    timeline.apply(10n, 'b', one);
    timeline.apply(20n, 'b', two);
    timeline.apply(30n, 'b', undefined);
    expect([9n, 10n, 11n, 20n, 21n, 30n, 31n].map((seq) => idsAt(timeline, seq))).toEqual([
      [],
      [],
      ['one'],
      ['one'],
      ['two'],
      ['two'],
      [],
    ]);
    expect(timeline.match(11n, 'other', 'ObjectCreated:Put', 'k')).toEqual([]);
  });

  test('versions may be applied again and in any order', () => {
    const versions = [
      [10n, one],
      [20n, two],
      [30n, undefined],
      [40n, one],
    ] as const;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...versions), { maxLength: 8 }),
        fc.bigInt({ min: 0n, max: 50n }),
        (again, seq) => {
          const timeline = new RuleTimeline();
          const inOrder = new RuleTimeline();
          for (const [at, configuration] of [...again, ...versions.toReversed()])
            timeline.apply(at, 'b', configuration);
          for (const [at, configuration] of versions) expect(inOrder.apply(at, 'b', configuration)).toBe(true);
          expect(idsAt(timeline, seq)).toEqual(idsAt(inOrder, seq));
        },
      ),
    );
  });

  test('forgetting changes no match from there on', () => {
    const timeline = new RuleTimeline();
    timeline.apply(10n, 'b', one);
    timeline.apply(20n, 'b', two);
    timeline.forgetBelow(20n);
    expect([idsAt(timeline, 20n), idsAt(timeline, 21n)]).toEqual([['one'], ['two']]);
    timeline.forgetBelow(25n);
    expect([idsAt(timeline, 15n), idsAt(timeline, 25n)]).toEqual([[], ['two']]);
  });
});
