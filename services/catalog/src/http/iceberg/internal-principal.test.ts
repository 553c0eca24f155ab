import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import {
  encodeInternalIdentity,
  INTERNAL_IDENTITY_HEADER,
  makeStaticPrincipal,
  parseActions,
} from '@needlestack/access-control';
import { authorizeByPermissions, type InternalPrincipal, identifyByGateway } from './internal-principal.ts';

const NOW_MS = 1_760_000_000_000;

function identify(actions: readonly string[], secret = 'secret', issuedAtMs = NOW_MS): InternalPrincipal | undefined {
  const request = new IncomingMessage(new Socket());
  request.headers[INTERNAL_IDENTITY_HEADER] = encodeInternalIdentity(
    {
      principal: makeStaticPrincipal({
        name: 'ann',
        accountId: '1',
        displayName: 'Ann',
        permissions: parseActions([...actions]),
      }),
      accessKeyId: 'KEY',
      requestId: 'r',
      issuedAtMs,
    },
    secret,
  );
  return identifyByGateway('secret', () => NOW_MS)(request);
}

async function rights(actions: readonly string[], ownerId = '1'): Promise<string> {
  const principal = identify(actions);
  if (principal === undefined) return 'nobody';
  const mayDo = authorizeByPermissions(async (bucket) => (bucket === 'lake' ? ownerId : undefined));
  const allowed: string[] = [];
  for (const action of ['read', 'write'] as const) {
    if (await mayDo(principal, action, 'lake')) allowed.push(action);
  }
  return allowed.join(' ');
}

test.each([
  [['Admin'], 'read write'],
  [['Read', 'Write'], 'read write'],
  [['Read'], 'read'],
  [['Read:lake'], 'read'],
  [['Write:lake', 'Read:other'], 'write'],
  [['Write:lake/part/*'], ''],
  [['List'], ''],
  [[], ''],
])('%j may %s', async (actions, expected) => {
  expect(await rights(actions)).toBe(expected);
});

test.each([
  [['Admin'], ''],
  [['Read', 'Write:lake'], 'write'],
])('%j may %s in the bucket of another account', async (actions, expected) => {
  expect(await rights(actions, '2')).toBe(expected);
});

test('a statement that is missing, forged or old names nobody', () => {
  expect(identify(['Admin'])?.principalId).toBe('ann');
  expect(identify(['Admin'], 'guessed')).toBeUndefined();
  expect(identify(['Admin'], 'secret', NOW_MS - 3_600_000)).toBeUndefined();
  expect(identifyByGateway('secret', () => NOW_MS)(new IncomingMessage(new Socket()))).toBeUndefined();
});
