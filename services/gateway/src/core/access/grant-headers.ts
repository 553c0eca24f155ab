import type { AclPermission } from '@needlestack/access-control';
import { invalidArgument, type NamedGrantee } from '@needlestack/s3-protocol';

/** Headers that name grantees, by what they grant. */
export const GRANT_HEADERS: Readonly<Record<string, AclPermission>> = {
  'x-amz-grant-read': 'READ',
  'x-amz-grant-write': 'WRITE',
  'x-amz-grant-read-acp': 'READ_ACP',
  'x-amz-grant-write-acp': 'WRITE_ACP',
  'x-amz-grant-full-control': 'FULL_CONTROL',
};

const ENTRY = /^\s*(id|emailAddress|uri)\s*=\s*(?:"([^"]*)"|([^",\s]+))\s*$/i;

/** Reads `id="...", emailAddress="...", uri="..."`; quotes may be missing. @throws S3Error `InvalidArgument` */
export const readGrantHeader = (text: string): readonly NamedGrantee[] =>
  text.split(',').map((entry) => {
    const match = ENTRY.exec(entry);
    const value = match?.[2] ?? match?.[3];
    if (value === undefined) throw invalidArgument('Argument format not recognized', 'x-amz-grant', entry.trim());
    switch (match?.[1]?.toLowerCase()) {
      case 'id':
        return { kind: 'id', id: value };
      case 'uri':
        return { kind: 'group', uri: value };
      default:
        return { kind: 'email', address: value };
    }
  });
