/** AccessControlPolicy: ACLs as documents. Whom an id or an address stands for is the caller's to find out. */
import { wrapDocument } from '../answer-document/s3-namespace.ts';
import { type OwnerNames, writeOwner, writeOwnerFields } from '../answer-document/write-list-objects.ts';
import { S3Error } from '../error/s3-error.ts';
import { parseXml } from '../xml/parse-xml.ts';
import type { XmlElement } from '../xml/xml-element.ts';
import { escapeXml } from '../xml/xml-escape.ts';
import { childOf, childrenOf, requireRoot, requireText, textOf } from '../xml/xml-reader.ts';

/** A grantee as a request names it. */
export type NamedGrantee =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'email'; readonly address: string }
  | { readonly kind: 'group'; readonly uri: string };

export interface NamedGrant {
  readonly grantee: NamedGrantee;
  readonly permission: string;
}

export interface AccessControlPolicy {
  readonly ownerId: string;
  readonly grants: readonly NamedGrant[];
}

/** @throws S3Error `MalformedXML`, `MalformedACLError` */
export const parseAccessControlPolicy = (body: Uint8Array): AccessControlPolicy => {
  const root = requireRoot(parseXml(body), 'AccessControlPolicy');
  const owner = childOf(root, 'Owner');
  const ownerId = owner === undefined ? undefined : textOf(owner, 'ID')?.trim();
  const list = childOf(root, 'AccessControlList');
  if (ownerId === undefined || ownerId === '' || list === undefined) throw new S3Error('MalformedACLError');
  return {
    ownerId,
    grants: childrenOf(list, 'Grant').map(readGrant),
  };
};

const PERMISSIONS: ReadonlySet<string> = new Set(['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP']);

const readGrant = (element: XmlElement): NamedGrant => {
  const grantee = childOf(element, 'Grantee');
  const permission = requireText(element, 'Permission').trim();
  if (grantee === undefined || !PERMISSIONS.has(permission)) throw new S3Error('MalformedACLError');
  return { grantee: readGrantee(grantee), permission };
};

/** The kind is said by an attribute, and as well by what stands inside. */
const readGrantee = (element: XmlElement): NamedGrantee => {
  const id = textOf(element, 'ID')?.trim();
  const address = textOf(element, 'EmailAddress')?.trim();
  const uri = textOf(element, 'URI')?.trim();
  if ([id, address, uri].filter((value) => value !== undefined).length !== 1) throw new S3Error('MalformedACLError');
  if (id !== undefined) return { kind: 'id', id };
  if (address !== undefined) return { kind: 'email', address };
  return { kind: 'group', uri: uri ?? '' };
};

/** A grant as answers show it: an account by its id, or a group by its URI. */
export interface ShownGrant {
  readonly grantee: { readonly accountId: string } | { readonly uri: string };
  readonly permission: string;
}

export const writeAccessControlPolicy = (
  policy: { readonly ownerId: string; readonly grants: readonly ShownGrant[] },
  ownerNames: OwnerNames,
): string => {
  let list = '';
  for (const { grantee, permission } of policy.grants) {
    const [type, inside] =
      'uri' in grantee
        ? ['Group', `<URI>${escapeXml(grantee.uri)}</URI>`]
        : ['CanonicalUser', writeOwnerFields(ownerNames(grantee.accountId))];
    list +=
      `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${inside}</Grantee>` +
      `<Permission>${permission}</Permission></Grant>`;
  }
  return wrapDocument(
    'AccessControlPolicy',
    `${writeOwner('Owner', policy.ownerId, ownerNames)}<AccessControlList>${list}</AccessControlList>`,
  );
};
