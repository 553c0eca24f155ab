import type { IamPasswordPolicy } from '@needlestack/service-contracts';
import { findPasswordFault, passwordExpiryMs } from './password-rules.ts';

const LAX: IamPasswordPolicy = {
  minimumLength: 6,
  requiresSymbols: false,
  requiresNumbers: false,
  requiresUppercase: false,
  requiresLowercase: false,
  usersMayChange: false,
  maxAgeDays: 0,
  reusePrevention: 0,
  isExpiryHard: false,
};
const DAY_MS = 86_400_000;

test.each([
  ['abcdef', {}, undefined],
  ['abcde', {}, 'minimum length of 6'],
  ['äöüßé', {}, 'minimum length of 6'],
  ['äöüßéà', {}, undefined],
  ['abcdef', { minimumLength: 7 }, 'minimum length of 7'],
  ['abcdef', { requiresUppercase: true }, 'one uppercase letter'],
  ['ÄBCDEF', { requiresLowercase: true }, 'one lowercase letter'],
  ['Äbcdef', { requiresUppercase: true }, 'one uppercase letter'],
  ['abcdef', { requiresNumbers: true }, 'one number'],
  ['abcdef', { requiresSymbols: true }, 'one symbol'],
  ['abcdef,', { requiresSymbols: true }, 'one symbol'],
  ["abcdef'", { requiresSymbols: true }, undefined],
  [
    'Abcde1!',
    { requiresUppercase: true, requiresLowercase: true, requiresNumbers: true, requiresSymbols: true },
    undefined,
  ],
] as const)('%s under %j', (password, asked, fault) => {
  const found = findPasswordFault(password, { ...LAX, ...asked }, []);
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(fault);
});

test.each([
  ['Abcdef1', 'minimum length of 8'],
  ['abcdefgh', 'at least 3 of'],
  ['abcdefg1', 'at least 3 of'],
  ['Abcdefg1', undefined],
  ['abcdef1!', undefined],
  ['My-Account1', 'name of the account'],
] as const)('%s where the account has no policy', (password, fault) => {
  const found = findPasswordFault(password, undefined, ['my-account1']);
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(fault);
});

test('a password ages from when it was set', () => {
  const profile = { createdAtMs: 1, changedAtMs: 5, isResetRequired: false };
  expect(passwordExpiryMs(profile, undefined)).toBeUndefined();
  expect(passwordExpiryMs(profile, LAX)).toBeUndefined();
  expect(passwordExpiryMs(profile, { ...LAX, maxAgeDays: 2 })).toBe(5 + 2 * DAY_MS);
});
