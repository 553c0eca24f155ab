import fc from 'fast-check';
import { parseActions } from '../parse-actions.ts';
import { NO_FACTS } from '../policy/condition-facts.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import type { Policy } from '../policy/policy.ts';
import { ANONYMOUS, makeStaticPrincipal, NO_PERMISSIONS, type Principal } from '../principal.ts';
import { type AccessQuestion, decideAccess } from './decide-access.ts';

const OWNER = '111111111111';
const OTHER = '222222222222';
const account = (accountId: string): Principal =>
  makeStaticPrincipal({ name: 'root', accountId, displayName: '', permissions: parseActions(['Admin']) });
const user = (accountId: string, policies: Partial<NonNullable<Principal['policies']>> = {}): Principal => ({
  kind: 'user',
  name: 'ann',
  accountId,
  displayName: 'Ann',
  arn: `arn:aws:iam::${accountId}:user/ann`,
  userId: 'AIDA',
  permissions: NO_PERMISSIONS,
  policies: { identity: [], ...policies },
});

const policyOf = (...statements: readonly object[]): Policy =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), { kind: 'resource' });
const identityOf = (effect: string, action = 's3:*'): Policy =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: { Effect: effect, Action: action, Resource: '*' } }), {
    kind: 'identity',
  });
const bucketStatement = (effect: string, principal: unknown, action = 's3:*') => ({
  Effect: effect,
  Principal: principal,
  Action: action,
  Resource: ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/*'],
});
const ask = (principal: Principal, more: Partial<AccessQuestion> = {}) =>
  decideAccess({
    principal,
    action: 's3:GetObject',
    bucket: 'bucket',
    key: 'key',
    ownerAccountId: OWNER,
    facts: NO_FACTS,
    ...more,
  });

const ANN = `arn:aws:iam::${OWNER}:user/ann`;
const FOREIGN_ANN = `arn:aws:iam::${OTHER}:user/ann`;
const ALLOW = identityOf('Allow');
const everyone = policyOf(bucketStatement('Allow', '*'));
const root: Principal = { ...account('000000000000'), kind: 'root' };

test.each<[string, Principal, Partial<AccessQuestion>, boolean, string]>([
  ['the owner', account(OWNER), {}, true, 'identity'],
  ['another account', account(OTHER), {}, false, 'no-allow-of-resource'],
  [
    'another account that the policy names',
    account(OTHER),
    { policy: policyOf(bucketStatement('Allow', { AWS: OTHER })) },
    true,
    'identity-and-resource-policy',
  ],
  [
    'a user of it without own rights',
    user(OTHER),
    { policy: policyOf(bucketStatement('Allow', { AWS: OTHER })) },
    false,
    'no-allow-of-identity',
  ],
  [
    'a user of it with own rights',
    user(OTHER, { identity: [ALLOW] }),
    { policy: policyOf(bucketStatement('Allow', { AWS: OTHER })) },
    true,
    'identity-and-resource-policy',
  ],
  [
    'a foreign user whom the policy names',
    user(OTHER, { identity: [ALLOW] }),
    { policy: policyOf(bucketStatement('Allow', { AWS: FOREIGN_ANN })) },
    true,
    'identity-and-resource-policy',
  ],
  ['an own user without rights', user(OWNER), {}, false, 'no-allow'],
  ['an own user with rights', user(OWNER, { identity: [ALLOW] }), {}, true, 'identity'],
  [
    'an own user whom the policy names',
    user(OWNER),
    { policy: policyOf(bucketStatement('Allow', { AWS: ANN })) },
    true,
    'resource-policy',
  ],
  [
    'an own user whose account the policy names',
    user(OWNER),
    { policy: policyOf(bucketStatement('Allow', { AWS: OWNER })) },
    false,
    'no-allow',
  ],
  ['nobody', ANONYMOUS, {}, false, 'no-allow-of-resource'],
  ['nobody, where everyone may', ANONYMOUS, { policy: everyone }, true, 'resource-policy'],
  [
    'nobody, where a public policy is taken out',
    ANONYMOUS,
    { policy: everyone, policyScope: 'deny-only' },
    false,
    'no-allow-of-resource',
  ],
  ['nobody, where the ACL lets everyone', ANONYMOUS, { isGrantedByAcl: () => true }, true, 'acl'],
  ['another account by ACL', account(OTHER), { isGrantedByAcl: () => true }, true, 'identity-and-acl'],
  [
    'a foreign user by ACL, without own rights',
    user(OTHER),
    { isGrantedByAcl: () => true },
    false,
    'no-allow-of-identity',
  ],
  [
    'the owner, denied',
    account(OWNER),
    { policy: policyOf(bucketStatement('Deny', '*')) },
    false,
    'explicit-deny-of-resource',
  ],
  [
    'the owner, repairing',
    account(OWNER),
    { policy: policyOf(bucketStatement('Deny', '*')), isAboveDenials: true },
    true,
    'identity',
  ],
  ['root', root, {}, true, 'root'],
  ['root, denied', root, { policy: policyOf(bucketStatement('Deny', '*')) }, false, 'explicit-deny-of-resource'],
  [
    'a user cut by the boundary',
    user(OWNER, { identity: [ALLOW], boundary: identityOf('Allow', 's3:List*') }),
    {},
    false,
    'cut-by-boundary',
  ],
  [
    'a user within the boundary',
    user(OWNER, { identity: [ALLOW], boundary: identityOf('Allow', 's3:Get*') }),
    {},
    true,
    'identity',
  ],
  [
    'a session cut by its policy',
    user(OWNER, { identity: [ALLOW], session: [identityOf('Allow', 's3:List*')] }),
    {},
    false,
    'cut-by-session-policy',
  ],
  [
    'a cut session whom the policy names',
    user(OWNER, { identity: [ALLOW], session: [identityOf('Allow', 's3:List*')] }),
    { policy: policyOf(bucketStatement('Allow', { AWS: ANN })) },
    true,
    'resource-policy',
  ],
  [
    'a cut session whose role the policy names',
    user(OWNER, { identity: [], session: [identityOf('Allow', 's3:List*')], roleArn: `arn:aws:iam::${OWNER}:role/r` }),
    { policy: policyOf(bucketStatement('Allow', { AWS: `arn:aws:iam::${OWNER}:role/r` })) },
    false,
    'cut-by-session-policy',
  ],
  [
    'a whole session whose role the policy names',
    user(OWNER, { identity: [], session: [ALLOW], roleArn: `arn:aws:iam::${OWNER}:role/r` }),
    { policy: policyOf(bucketStatement('Allow', { AWS: `arn:aws:iam::${OWNER}:role/r` })) },
    true,
    'resource-policy',
  ],
  [
    'a user denied by the boundary',
    user(OWNER, { identity: [ALLOW], boundary: identityOf('Deny') }),
    {},
    false,
    'explicit-deny-of-identity',
  ],
])('%s', (_, principal, more, isAllowed, reason) => {
  expect(ask(principal, more)).toMatchObject({ isAllowed, reason });
});

test('static grants: of the own account, and of named buckets anywhere', () => {
  const grant = (...actions: string[]) =>
    makeStaticPrincipal({ name: 'app', accountId: OTHER, displayName: '', permissions: parseActions(actions) });
  expect(ask(grant('Read')).isAllowed).toBe(false);
  expect(ask(grant('Read'), { ownerAccountId: OTHER }).isAllowed).toBe(true);
  expect(ask(grant('Read:bucket')).isAllowed).toBe(true);
  expect(ask(grant('Write:bucket')).isAllowed).toBe(false);
  expect(ask(grant('Read:bucket'), { policy: policyOf(bucketStatement('Deny', '*')) }).isAllowed).toBe(false);
});

test('what has no bucket is named by everything', () => {
  const listing = (resource: string) =>
    parsePolicy(JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: resource } }), {
      kind: 'identity',
    });
  for (const resource of ['*', 'arn:aws:s3:::*', 'arn:aws:s3:::bucket']) {
    const principal = user(OWNER, { identity: [listing(resource)] });
    const asked = { action: 's3:ListAllMyBuckets', bucket: '', key: '' };
    expect(ask(principal, asked).isAllowed).toBe(resource !== 'arn:aws:s3:::bucket');
  }
});

test('the statement that decided is told', () => {
  const policy = policyOf(
    { Sid: 'first', ...bucketStatement('Allow', '*') },
    { Sid: 'second', ...bucketStatement('Deny', { AWS: OTHER }) },
  );
  expect(ask(account(OTHER), { policy })).toMatchObject({ statement: { sid: 'second' }, statementOf: 'bucket' });
  expect(ask(ANONYMOUS, { policy })).toMatchObject({ statement: { sid: 'first' }, statementOf: 'bucket' });
});

const principals = fc.constantFrom(
  account(OWNER),
  account(OTHER),
  user(OWNER, { identity: [ALLOW] }),
  user(OTHER),
  ANONYMOUS,
  root,
);
const principalField = fc.constantFrom<unknown>(
  '*',
  { AWS: OWNER },
  { AWS: OTHER },
  { AWS: ANN },
  { CanonicalUser: OTHER },
);
const action = fc.constantFrom('s3:*', 's3:GetObject', 's3:Get*', 's3:PutObject', '*');
const statements = fc.array(
  fc.record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Principal: principalField,
    Action: action,
    Resource: fc.constantFrom('arn:aws:s3:::bucket/*', 'arn:aws:s3:::bucket/k?y', '*'),
  }),
  { minLength: 1, maxLength: 4 },
);

test('an explicit deny wins, whatever else stands there and in whatever order', () => {
  fc.assert(
    fc.property(principals, statements, fc.nat(), fc.boolean(), (principal, others, at, byAcl) => {
      const deny = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/key' };
      const place = at % (others.length + 1);
      const policy = policyOf(...others.slice(0, place), deny, ...others.slice(place));
      expect(ask(principal, { policy, isGrantedByAcl: () => byAcl }).reason).toBe('explicit-deny-of-resource');
    }),
  );
});

test('one more allow never takes a permission away, one more deny never gives one', () => {
  fc.assert(
    fc.property(principals, statements, principalField, action, (principal, others, who, what) => {
      const before = ask(principal, { policy: policyOf(...others) }).isAllowed;
      const resource = { Principal: who, Action: what, Resource: '*' };
      const allowed = ask(principal, { policy: policyOf(...others, { Effect: 'Allow', ...resource }) }).isAllowed;
      const denied = ask(principal, { policy: policyOf(...others, { Effect: 'Deny', ...resource }) }).isAllowed;
      expect([before && !allowed, denied && !before]).toEqual([false, false]);
    }),
  );
});

test('the order of statements does not matter', () => {
  fc.assert(
    fc.property(principals, statements, (principal, list) => {
      const forward = ask(principal, { policy: policyOf(...list) });
      expect(ask(principal, { policy: policyOf(...[...list].reverse()) }).isAllowed).toBe(forward.isAllowed);
    }),
  );
});
