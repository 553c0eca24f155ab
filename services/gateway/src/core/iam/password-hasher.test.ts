import { randomBytes } from 'node:crypto';
import { PasswordHasher } from './password-hasher.ts';

const hasher = new PasswordHasher({ randomBytes });

test('a hash knows its password and no other, and does not say it', async () => {
  const [first, second] = await Promise.all([hasher.hash('Sehr-geheim-7'), hasher.hash('Sehr-geheim-7')]);
  expect(first).toMatch(/^scrypt:16384:8:5:[^:]{24}:[^:]{44}$/);
  expect(first).not.toContain('geheim');
  expect(second).not.toBe(first);
  expect(await hasher.matches('Sehr-geheim-7', first)).toBe(true);
  expect(await hasher.matches('Sehr-geheim-8', first)).toBe(false);
  expect(await hasher.matches('', first)).toBe(false);
});

test('hashes that were made at another cost count (vectors of RFC 7914)', async () => {
  const hex = (text: string) => Buffer.from(text, 'hex').toString('base64');
  const known =
    'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640';
  const hash = `scrypt:1024:8:16:${Buffer.from('NaCl').toString('base64')}:${hex(known)}`;
  expect(await hasher.matches('password', hash)).toBe(true);
  expect(await hasher.matches('Password', hash)).toBe(false);
});

test.each(['', 'password', 'scrypt:1:2', 'argon2:1:1:1:AA==:AA=='])(
  'a hash of an unknown form is none: %s',
  async (hash) => {
    await expect(hasher.matches('password', hash)).rejects.toThrow('unknown form');
  },
);
