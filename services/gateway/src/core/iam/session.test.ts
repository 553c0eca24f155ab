import { randomBytes } from 'node:crypto';
import { RootKeyRing } from '@needlestack/key-management';
import { openSession, type Session, sealSession } from './session.ts';

const sealer = new RootKeyRing([randomBytes(32)]);
const session: Session = {
  secretAccessKey: 'secret',
  issuedAtMs: 1,
  expiresAtMs: 2,
  bearer: { kind: 'role', accountId: '1', name: 'r', id: 'AROA' },
  roleSessionName: 'work',
  tags: { Team: 'blue' },
};
/** A token with this text inside. */
const sealText = (text: string | Uint8Array): string =>
  Buffer.from(sealer.seal(Buffer.from(text), 'session', Buffer.from('ASIA1'))).toString('base64');

test('a token opens for its access key and its root key alone', () => {
  const token = sealSession(sealer, 'ASIA1', session);
  expect(openSession(sealer, 'ASIA1', token)).toEqual(session);
  expect(openSession(sealer, 'ASIA2', token)).toBeUndefined();
  expect(openSession(new RootKeyRing([randomBytes(32)]), 'ASIA1', token)).toBeUndefined();
  expect(Buffer.from(token, 'base64').includes('secret')).toBe(false);
  for (const other of ['', 'AAAA', token.slice(4), `${token}AAAA`])
    expect(openSession(sealer, 'ASIA1', other)).toBeUndefined();
});

test('tokens of before there were versions open; those of a version to come do not', () => {
  const text = JSON.stringify(session);
  expect(openSession(sealer, 'ASIA1', sealText(text))).toEqual(session);
  expect(openSession(sealer, 'ASIA1', sealText(`\u0001${text}`))).toEqual(session);
  expect(openSession(sealer, 'ASIA1', sealText(`\u0002${text}`))).toBeUndefined();
  expect(openSession(sealer, 'ASIA1', sealText(''))).toBeUndefined();
});
