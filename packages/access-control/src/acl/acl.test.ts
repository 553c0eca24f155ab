import fc from 'fast-check';
import { parseActions } from '../parse-actions.ts';
import { ANONYMOUS, makeStaticPrincipal } from '../principal.ts';
import {
  ACL_GROUPS,
  ACL_PERMISSIONS,
  type Acl,
  type AclPermission,
  type Grantee,
  groupOfUri,
  isPublicAcl,
} from './acl.ts';
import { AclCodecError, decodeAcl, encodeAcl } from './acl-codec.ts';
import { CANNED_ACLS, type CannedAcl, expandCannedAcl } from './canned-acl.ts';
import { isGrantedByAcl } from './evaluate-acl.ts';

const principalOf = (accountId: string) =>
  makeStaticPrincipal({ name: accountId, accountId, displayName: '', permissions: parseActions(['Admin']) });
const may = (acl: Acl, who: string, permission: AclPermission, ignoresPublic = false): boolean =>
  isGrantedByAcl(acl, { principal: who === '' ? ANONYMOUS : principalOf(who), permission, ignoresPublic });

test.each<[CannedAcl, string, AclPermission, boolean]>([
  ['private', 'owner', 'READ', true],
  ['private', 'other', 'READ', false],
  ['public-read', '', 'READ', true],
  ['public-read', '', 'WRITE', false],
  ['public-read', '', 'READ_ACP', false],
  ['public-read-write', '', 'WRITE', true],
  ['authenticated-read', '', 'READ', false],
  ['authenticated-read', 'other', 'READ', true],
  ['bucket-owner-read', 'bucket-owner', 'READ', true],
  ['bucket-owner-read', 'bucket-owner', 'READ_ACP', false],
  ['bucket-owner-full-control', 'bucket-owner', 'WRITE_ACP', true],
  ['log-delivery-write', 'other', 'WRITE', false],
])('%s: %s %s is %s', (canned, who, permission, isGranted) => {
  expect(may(expandCannedAcl(canned, 'owner', 'bucket-owner'), who, permission)).toBe(isGranted);
});

test('public grants do not count where they are ignored; the owner keeps his list even without grants', () => {
  const open = expandCannedAcl('public-read-write', 'owner');
  expect([may(open, '', 'READ', true), may(open, 'other', 'WRITE', true), may(open, 'owner', 'READ', true)]).toEqual([
    false,
    false,
    true,
  ]);
  const none: Acl = { ownerId: 'owner', grants: [] };
  expect([may(none, 'owner', 'READ'), may(none, 'owner', 'READ_ACP'), may(none, 'owner', 'WRITE_ACP')]).toEqual([
    false,
    true,
    true,
  ]);
});

test('grants to accounts are not for their users', () => {
  const acl = expandCannedAcl('public-read', 'owner');
  const ask = { principal: principalOf('owner'), ignoresPublic: false, groupsOnly: true };
  expect(isGrantedByAcl(acl, { ...ask, permission: 'READ' })).toBe(true);
  expect(isGrantedByAcl(acl, { ...ask, permission: 'WRITE' })).toBe(false);
  expect(isGrantedByAcl(acl, { ...ask, permission: 'READ_ACP' })).toBe(false);
});

test('what is public', () => {
  const isPublic = CANNED_ACLS.filter((canned) => isPublicAcl(expandCannedAcl(canned, 'owner')));
  expect(isPublic).toEqual(['public-read', 'public-read-write', 'authenticated-read']);
});

const grantee = fc.oneof(
  fc.record({ kind: fc.constant('account' as const), accountId: fc.stringMatching(/^[0-9a-z]{1,12}$/) }),
  fc.record({
    kind: fc.constant('group' as const),
    group: fc.constantFrom(...(['AllUsers', 'AuthenticatedUsers', 'LogDelivery'] as const)),
  }),
) as fc.Arbitrary<Grantee>;

test('comes back from its bytes', () => {
  const acl = fc.record({
    ownerId: fc.string(),
    grants: fc.array(fc.record({ grantee, permission: fc.constantFrom(...ACL_PERMISSIONS) }), { maxLength: 5 }),
  });
  fc.assert(fc.property(acl, (given) => expect(decodeAcl(encodeAcl(given))).toEqual(given)));
});

test.each([
  '',
  '[]',
  '{}',
  '{"o":"a"}',
  '{"o":"a","g":[["b"]]}',
  '{"o":"a","g":[["b","EAT"]]}',
  '{"o":"a","g":[["@Nobody","READ"]]}',
])('bytes that are none: %s', (text) => {
  expect(() => decodeAcl(Buffer.from(text))).toThrow(AclCodecError);
});

test('groups by URI', () => {
  expect(groupOfUri(ACL_GROUPS.AllUsers)).toBe('AllUsers');
  expect(groupOfUri('http://acs.amazonaws.com/groups/global/Nobody')).toBeUndefined();
});
