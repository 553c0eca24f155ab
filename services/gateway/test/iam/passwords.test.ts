/** Login profiles, the account's password policy, and users who change their own passwords. */
import { credentialsOf, type QueryAnswer, QueryClient } from '../support/query-client.ts';
import { type AccessStore, MAIN_ACCOUNT, startAccessStore } from '../support/start-access-store.ts';
import { PASSWORD_ACTIONS } from './account-actions.ts';

const DAY_MS = 86_400_000;
const FIRST = 'First-password';
const SECOND = 'Second-password';

let access: AccessStore;
let iam: QueryClient;
let aheadMs = 0;
const called = new Set<string>();
const nowMs = () => Date.now() + aheadMs;

type Parameters = Readonly<Record<string, string | number>>;
const must = async (client: QueryClient, action: string, parameters: Parameters = {}): Promise<QueryAnswer> => {
  const answer = await client.call(action, parameters);
  called.add(action);
  if (answer.status !== 200) throw new Error(`${action}: ${answer.status} ${answer.text}`);
  return answer;
};
const ok = (action: string, parameters: Parameters = {}) => must(iam, action, parameters);
const refusal = async (client: QueryClient, action: string, parameters: Parameters = {}) => {
  const { code, status, text } = await client.call(action, parameters);
  for (const secret of [FIRST, SECOND]) expect(text).not.toContain(secret);
  return [code, status];
};
const makeUser = async (UserName: string): Promise<QueryClient> => {
  await ok('CreateUser', { UserName });
  const key = credentialsOf(await ok('CreateAccessKey', { UserName }));
  return new QueryClient(access.store.port, 'iam', key, nowMs);
};
const report = async (): Promise<readonly (readonly string[])[]> => {
  const content = (await ok('GetCredentialReport')).element('Content') ?? '';
  return Buffer.from(content, 'base64')
    .toString()
    .split('\n')
    .map((line) => line.split(','));
};
/** `user`, then what the report says of the password. */
const reported = async (name: string) => (await report()).find(([user]) => user === name)?.slice(3, 7);

beforeAll(async () => {
  access = await startAccessStore([], { nowMs });
  iam = new QueryClient(
    access.store.port,
    'iam',
    { accessKeyId: 'KEY-main', secretAccessKey: 'secret-of-main' },
    nowMs,
  );
});
beforeEach(async () => {
  aheadMs = 0;
  await iam.call('DeleteAccountPasswordPolicy');
});
afterAll(() => access.close());

test('a login profile is made, shown, changed and removed, and nothing that is kept says the password', async () => {
  await makeUser('alice');
  const alice = { UserName: 'alice' };
  expect(await refusal(iam, 'GetLoginProfile', alice)).toEqual(['NoSuchEntity', 404]);
  const made = await ok('CreateLoginProfile', { ...alice, Password: FIRST, PasswordResetRequired: 'true' });
  expect(made.text).toMatch(
    /<LoginProfile><UserName>alice<\/UserName><CreateDate>[^<]+Z<\/CreateDate><PasswordResetRequired>true<\/PasswordResetRequired><\/LoginProfile>/,
  );
  expect(await refusal(iam, 'CreateLoginProfile', { ...alice, Password: SECOND })).toEqual([
    'EntityAlreadyExists',
    409,
  ]);
  expect((await ok('GetLoginProfile', alice)).element('PasswordResetRequired')).toBe('true');
  await ok('UpdateLoginProfile', { ...alice, PasswordResetRequired: 'false' });
  expect((await ok('GetLoginProfile', alice)).element('PasswordResetRequired')).toBe('false');
  const { catalog } = access.store;
  const before = await catalog.readIam('password-hashes', { accountId: MAIN_ACCOUNT, name: 'alice' });
  await ok('UpdateLoginProfile', { ...alice, Password: SECOND });
  const hashes = await catalog.readIam('password-hashes', { accountId: MAIN_ACCOUNT, name: 'alice' });
  expect(hashes.slice(1)).toEqual(before);
  const kept = hashes.map((sealed) => Buffer.from(sealed, 'base64').toString('latin1')).join();
  for (const text of [FIRST, SECOND, 'scrypt']) expect(kept).not.toContain(text);
  expect(await refusal(iam, 'DeleteUser', alice)).toEqual(['DeleteConflict', 409]);
  await ok('DeleteLoginProfile', alice);
  expect(await refusal(iam, 'DeleteLoginProfile', alice)).toEqual(['NoSuchEntity', 404]);
  expect(await refusal(iam, 'UpdateLoginProfile', { ...alice, Password: FIRST })).toEqual(['NoSuchEntity', 404]);
  expect(await refusal(iam, 'CreateLoginProfile', { UserName: 'nobody', Password: FIRST })).toEqual([
    'NoSuchEntity',
    404,
  ]);
  expect(await refusal(iam, 'CreateLoginProfile', alice)).toEqual(['ValidationError', 400]);
  for (const Password of ['', '\u0000abcABC123', 'Abc123€€', 'Aa1'.repeat(43)])
    expect(await refusal(iam, 'CreateLoginProfile', { ...alice, Password })).toEqual(['ValidationError', 400]);
});

test('without a policy of the account passwords are what AWS asks of them', async () => {
  await makeUser('plain');
  const make = (Password: string) => refusal(iam, 'CreateLoginProfile', { UserName: 'plain', Password });
  for (const weak of ['Short-1', 'onlyletters', MAIN_ACCOUNT])
    expect(await make(weak)).toEqual(['PasswordPolicyViolation', 400]);
  await ok('CreateLoginProfile', { UserName: 'plain', Password: 'Long-enough' });
  expect(await refusal(iam, 'GetAccountPasswordPolicy')).toEqual(['NoSuchEntity', 404]);
  expect(await refusal(iam, 'DeleteAccountPasswordPolicy')).toEqual(['NoSuchEntity', 404]);
  await ok('UpdateAccountPasswordPolicy');
  await ok('DeleteAccountPasswordPolicy');
  expect(await refusal(iam, 'GetAccountPasswordPolicy')).toEqual(['NoSuchEntity', 404]);
  expect((await ok('GetAccountSummary')).text).toContain('<key>AccountPasswordPresent</key><value>0</value>');
});

test('the policy of an account is a whole, and holds for every new password', async () => {
  for (const [name, value] of [
    ['MinimumPasswordLength', 5],
    ['MinimumPasswordLength', 129],
    ['MaxPasswordAge', 0],
    ['MaxPasswordAge', 1096],
    ['PasswordReusePrevention', 25],
    ['RequireSymbols', 'perhaps'],
  ] as const)
    expect(await refusal(iam, 'UpdateAccountPasswordPolicy', { [name]: value })).toEqual(['ValidationError', 400]);
  await ok('UpdateAccountPasswordPolicy', { RequireSymbols: 'true', RequireNumbers: 'true', MaxPasswordAge: 30 });
  const shown = await ok('GetAccountPasswordPolicy');
  expect(shown.text).toContain(
    '<PasswordPolicy><MinimumPasswordLength>6</MinimumPasswordLength><RequireSymbols>true</RequireSymbols><RequireNumbers>true</RequireNumbers>' +
      '<RequireUppercaseCharacters>false</RequireUppercaseCharacters><RequireLowercaseCharacters>false</RequireLowercaseCharacters>' +
      '<AllowUsersToChangePassword>false</AllowUsersToChangePassword><ExpirePasswords>true</ExpirePasswords><MaxPasswordAge>30</MaxPasswordAge>' +
      '<HardExpiry>false</HardExpiry></PasswordPolicy>',
  );
  await makeUser('ruled');
  const make = (Password: string) => iam.call('CreateLoginProfile', { UserName: 'ruled', Password });
  expect((await make('abcdef1')).element('Message')).toBe('Password should have at least one symbol');
  expect((await make('abcdef!')).element('Message')).toBe('Password should have at least one number');
  expect((await make('ab!1')).element('Message')).toBe('Password should have a minimum length of 6');
  expect((await make('abcd!1')).status).toBe(200);
  await ok('UpdateAccountPasswordPolicy', { MinimumPasswordLength: 20 });
  expect((await ok('GetAccountPasswordPolicy')).text).not.toContain('MaxPasswordAge');
  expect(await refusal(iam, 'UpdateLoginProfile', { UserName: 'ruled', Password: 'abcd!1' })).toEqual([
    'PasswordPolicyViolation',
    400,
  ]);
  await ok('UpdateLoginProfile', { UserName: 'ruled', Password: 'twenty letters of it' });
});

test('users change their own passwords when a policy lets them, or the account lets all of them', async () => {
  const bob = await makeUser('bob');
  const change = (OldPassword: string, NewPassword: string) =>
    refusal(bob, 'ChangePassword', { OldPassword, NewPassword });
  await ok('CreateLoginProfile', { UserName: 'bob', Password: FIRST, PasswordResetRequired: 'true' });
  expect(await change(FIRST, SECOND)).toEqual(['AccessDenied', 403]);
  expect(await refusal(bob, 'GetAccountPasswordPolicy')).toEqual(['AccessDenied', 403]);
  await ok('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: 'true', PasswordReusePrevention: 2 });
  expect((await must(bob, 'GetAccountPasswordPolicy')).element('PasswordReusePrevention')).toBe('2');
  expect(await change('Not-the-password', SECOND)).toEqual(['AccessDenied', 403]);
  expect(await change(FIRST, 'short')).toEqual(['PasswordPolicyViolation', 400]);
  expect(await change(FIRST, FIRST)).toEqual(['PasswordPolicyViolation', 400]);
  await must(bob, 'ChangePassword', { OldPassword: FIRST, NewPassword: SECOND });
  expect((await ok('GetLoginProfile', { UserName: 'bob' })).element('PasswordResetRequired')).toBe('false');
  expect(await change(FIRST, 'Third-password')).toEqual(['AccessDenied', 403]);
  expect(await change(SECOND, FIRST)).toEqual(['PasswordPolicyViolation', 400]);
  await must(bob, 'ChangePassword', { OldPassword: SECOND, NewPassword: 'Third-password' });
  await must(bob, 'ChangePassword', { OldPassword: 'Third-password', NewPassword: FIRST });
  const deny = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:ChangePassword","Resource":"*"}]}';
  await ok('PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument: deny });
  expect(await change(FIRST, SECOND)).toEqual(['AccessDenied', 403]);
  await ok('UpdateAccountPasswordPolicy');
  const allow = deny.replace('Deny', 'Allow').replace('"*"', `"arn:aws:iam::${MAIN_ACCOUNT}:user/bob"`);
  await ok('PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument: allow });
  await must(bob, 'ChangePassword', { OldPassword: FIRST, NewPassword: SECOND });
});

test('nobody changes the password of another, and only users have one', async () => {
  const eve = await makeUser('eve');
  await makeUser('victim');
  await ok('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: 'true' });
  await ok('CreateLoginProfile', { UserName: 'victim', Password: FIRST });
  const attempt = { UserName: 'victim', OldPassword: FIRST, NewPassword: SECOND };
  expect(await refusal(eve, 'ChangePassword', attempt)).toEqual(['NoSuchEntity', 404]);
  expect(await refusal(eve, 'UpdateLoginProfile', { UserName: 'victim', Password: SECOND })).toEqual([
    'AccessDenied',
    403,
  ]);
  expect(await refusal(iam, 'ChangePassword', attempt)).toEqual(['InvalidUserType', 400]);
  const hashes = await access.store.catalog.readIam('password-hashes', { accountId: MAIN_ACCOUNT, name: 'victim' });
  expect(hashes).toHaveLength(1);
});

test('two changes at once: one of them counts', async () => {
  const dan = await makeUser('dan');
  await ok('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: 'true' });
  await ok('CreateLoginProfile', { UserName: 'dan', Password: FIRST });
  const outcomes = await Promise.all(
    [SECOND, 'Third-password'].map(
      async (NewPassword) => (await dan.call('ChangePassword', { OldPassword: FIRST, NewPassword })).code,
    ),
  );
  expect(outcomes.filter((code) => code === undefined)).toHaveLength(1);
  // The other came while the first was judged, or after it.
  expect(['EntityTemporarilyUnmodifiable', 'AccessDenied']).toContain(outcomes.find((code) => code !== undefined));
});

test('the report says when passwords were set and when they expire; a hard expiry is ended by administrators alone', async () => {
  const carol = await makeUser('carol');
  expect(await reported('carol')).toEqual(['false', 'N/A', 'N/A', 'N/A']);
  await ok('CreateLoginProfile', { UserName: 'carol', Password: FIRST });
  const [enabled, used, changed = '', next] = (await reported('carol')) ?? [];
  expect([enabled, used, next]).toEqual(['true', 'no_information', 'N/A']);
  await ok('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: 'true', MaxPasswordAge: 3 });
  const expiry = new Date(Date.parse(changed) + 3 * DAY_MS).toISOString().replace('.000Z', 'Z');
  expect((await reported('carol'))?.[3]).toBe(expiry);
  aheadMs = 4 * DAY_MS;
  await must(carol, 'ChangePassword', { OldPassword: FIRST, NewPassword: SECOND });
  await ok('UpdateAccountPasswordPolicy', {
    AllowUsersToChangePassword: 'true',
    MaxPasswordAge: 3,
    HardExpiry: 'true',
  });
  const late = { OldPassword: SECOND, NewPassword: FIRST };
  expect(await refusal(carol, 'ChangePassword', late)).toEqual(['AccessDenied', 403]);
  await ok('UpdateLoginProfile', { UserName: 'carol', Password: 'Third-password' });
  aheadMs = 2 * DAY_MS;
  await must(carol, 'ChangePassword', { OldPassword: 'Third-password', NewPassword: SECOND });
});

test('a gateway without root key takes no passwords', async () => {
  const locked = await startAccessStore([], {
    rootKeys: undefined,
    objectKeys: undefined,
    encryptsByDefault: false,
  });
  try {
    const root = new QueryClient(locked.store.port, 'iam', {
      accessKeyId: 'KEY-main',
      secretAccessKey: 'secret-of-main',
    });
    await must(root, 'CreateUser', { UserName: 'u' });
    expect(await refusal(root, 'CreateLoginProfile', { UserName: 'u', Password: FIRST })).toEqual([
      'ServiceUnavailable',
      503,
    ]);
  } finally {
    await locked.close();
  }
});

test('every action of the list was called here', () => {
  expect(PASSWORD_ACTIONS.filter((name) => !called.has(name))).toEqual([]);
});
