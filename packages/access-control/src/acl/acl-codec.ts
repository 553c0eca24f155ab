/**
 * ACLs as bytes, for the catalog: JSON, `{ "o": owner, "g": [[account or "@Group", permission], ...] }`. They are small, rare and
 * read only where ACLs count.
 */
import { ACL_GRANTS_MAX } from '../limits.ts';
import { ACL_GROUPS, type Acl, type AclGroup, type Grant, isAclPermission } from './acl.ts';

/** Bytes that are no ACL of ours. */
export class AclCodecError extends Error {
  override readonly name = 'AclCodecError';
}

export const encodeAcl = ({ ownerId, grants }: Acl): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      o: ownerId,
      g: grants.map(({ grantee, permission }) => [
        grantee.kind === 'account' ? grantee.accountId : `@${grantee.group}`,
        permission,
      ]),
    }),
  );

/** @throws AclCodecError */
export const decodeAcl = (bytes: Uint8Array): Acl => {
  const value = parse(bytes);
  if (typeof value !== 'object' || value === null) throw new AclCodecError('not an object');
  const { o: ownerId, g: list } = value as { readonly o?: unknown; readonly g?: unknown };
  if (typeof ownerId !== 'string' || !Array.isArray(list)) throw new AclCodecError('no owner or no grants');
  if (list.length > ACL_GRANTS_MAX) throw new AclCodecError(`${list.length} grants: at most ${ACL_GRANTS_MAX}`);
  return { ownerId, grants: list.map(decodeGrant) };
};

const parse = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch (cause) {
    throw new AclCodecError('not JSON', { cause });
  }
};

const decodeGrant = (entry: unknown): Grant => {
  const [who, permission]: readonly unknown[] = Array.isArray(entry) ? entry : [];
  if (typeof who !== 'string' || typeof permission !== 'string' || !isAclPermission(permission)) {
    throw new AclCodecError('a grant that cannot be read');
  }
  if (!who.startsWith('@')) return { grantee: { kind: 'account', accountId: who }, permission };
  const group = who.slice(1);
  if (!isGroup(group)) throw new AclCodecError(`no such group: ${group}`);
  return { grantee: { kind: 'group', group }, permission };
};

const isGroup = (text: string): text is AclGroup => Object.hasOwn(ACL_GROUPS, text);
