import fc from 'fast-check';
import { decodeInternalIdentity, encodeInternalIdentity } from './internal-identity.ts';
import { isActionAllowed } from './is-action-allowed.ts';
import { matchesPattern } from './match-pattern.ts';
import { parseActions } from './parse-actions.ts';
import { parseIdentities, ROOT_ACCOUNT_ID } from './parse-identities.ts';
import { makeStaticPrincipal, type StaticAction } from './principal.ts';

test.each<[string[], StaticAction, string, string, boolean]>([
  [['Admin'], 'Write', 'b', 'k', true],
  [['*'], 'Admin', 'b', '', true],
  [['Read'], 'Read', 'b', 'k', true],
  [['Read'], 'Write', 'b', 'k', false],
  [['Read:b'], 'Read', 'b', 'k', true],
  [['Read:b'], 'Read', 'bb', 'k', false],
  [['Read:b*'], 'Read', 'bb', 'k', true],
  [['Write:b/logs'], 'Write', 'b', 'logs/1', true],
  [['Write:b/logs/*'], 'Write', 'b', 'other', false],
  [['Write:b/*'], 'Write', 'b', 'k', true],
  [['Admin:b'], 'Write', 'b', 'k', true],
  [['Admin:b'], 'Admin', 'b', '', true],
  [['Admin:b/x'], 'Admin', 'b', '', false],
  [['Admin:b'], 'Admin', 'c', '', false],
  [['List:b'], 'List', '', '', true],
  [['Read:b'], 'List', '', '', false],
  [[], 'Read', 'b', 'k', false],
])('%j: %s on %s/%s is %s', (actions, action, bucket, key, isAllowed) => {
  expect(isActionAllowed(parseActions(actions), action, bucket, key)).toBe(isAllowed);
});

test('a misspelt action is refused', () => {
  expect(() => parseActions(['Raed'])).toThrow('unknown action "Raed"');
});

test('patterns agree with their regular expression', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 6 });
  fc.assert(
    fc.property(word, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (pattern, text) => {
      expect(matchesPattern(pattern, text)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text));
    }),
  );
});

describe('identities file', () => {
  const file = {
    identities: [
      {
        name: 'admin',
        credentials: [
          { accessKey: 'A1', secretKey: 'S1' },
          { accessKey: 'A2', secretKey: 'S2' },
        ],
        actions: ['Admin'],
      },
      {
        name: 'reader',
        account: { id: '42' },
        credentials: [{ accessKey: 'R', secretKey: 'S3' }],
        actions: ['Read:b', 'List:b'],
      },
      { name: 'gone', disabled: true, credentials: [{ accessKey: 'G', secretKey: 'S4' }], actions: ['Admin'] },
    ],
    accounts: [{ id: '42', displayName: 'Answers', emailAddress: 'a@example.com' }],
  };

  test('is read', () => {
    const { identities, accounts } = parseIdentities(JSON.stringify(file));
    expect(
      identities.map((identity) => [identity.accessKeyId, identity.principal.name, identity.principal.accountId]),
    ).toEqual([
      ['A1', 'admin', ROOT_ACCOUNT_ID],
      ['A2', 'admin', ROOT_ACCOUNT_ID],
      ['R', 'reader', '42'],
    ]);
    expect(identities[2]?.principal.displayName).toBe('Answers');
    expect(accounts.get('42')).toEqual({ id: '42', displayName: 'Answers', emailAddress: 'a@example.com' });
    expect(identities.map(({ principal }) => [principal.kind, principal.arn])).toEqual([
      ['account', 'arn:aws:iam::000000000000:root'],
      ['account', 'arn:aws:iam::000000000000:root'],
      ['user', 'arn:aws:iam::42:user/reader'],
    ]);
    expect(parseIdentities('{}').identities).toEqual([]);
  });

  test.each([
    ['not JSON', '{'],
    ['not an object', '[]'],
    ['identities is not a list', '{"identities":{}}'],
    ['identities[0].name is missing', '{"identities":[{}]}'],
    [
      'identities[0].credentials[0].secretKey is missing',
      '{"identities":[{"name":"n","credentials":[{"accessKey":"A"}]}]}',
    ],
    ['identities[0].actions: unknown action "Raed"', '{"identities":[{"name":"n","actions":["Raed"]}]}'],
    [
      'given twice',
      '{"identities":[{"name":"n","credentials":[{"accessKey":"A","secretKey":"S"},{"accessKey":"A","secretKey":"S"}]}]}',
    ],
  ])('refused: %s', (message, text) => {
    expect(() => parseIdentities(text)).toThrow(message);
  });
});

test('an internal identity is believed only with the secret and while it is fresh', () => {
  const permissions = parseActions(['Read', 'Write:b/x']);
  const principal = makeStaticPrincipal({ name: 'n', accountId: '1', displayName: 'N', permissions });
  const identity = { principal, accessKeyId: 'A', requestId: 'R', issuedAtMs: 1000 };
  const header = encodeInternalIdentity(identity, 'secret');
  expect(decodeInternalIdentity(header, 'secret', 2000)).toEqual(identity);
  expect(decodeInternalIdentity(header, 'other', 2000)).toBeUndefined();
  expect(decodeInternalIdentity(header, 'secret', 1000 + 60_001)).toBeUndefined();
  expect(decodeInternalIdentity(`x${header}`, 'secret', 2000)).toBeUndefined();
  expect(decodeInternalIdentity('nonsense', 'secret', 2000)).toBeUndefined();
  expect(decodeInternalIdentity(undefined, 'secret', 2000)).toBeUndefined();
});
