import type { StaticAction } from '../principal.ts';

/** Which of the static file's words covers an IAM action: the word that an identity of that file must have been given. */
export const staticActionOf = (action: string): StaticAction => {
  const known = REMEMBERED.get(action);
  if (known !== undefined) return known;
  const found = findStaticAction(action);
  if (REMEMBERED.size < REMEMBERED_MAX) REMEMBERED.set(action, found);
  return found;
};

const REMEMBERED = new Map<string, StaticAction>();
const REMEMBERED_MAX = 1_000;

/** Writes to objects; what else is put or deleted belongs to the bucket and is its administrator's. */
const OBJECT_WRITES = /^s3:(?:Put|Delete|Replicate|Restore|Abort|Update|Rename)(?:Object|MultipartUpload)/;

const findStaticAction = (action: string): StaticAction => {
  if (/^s3:Get\w*Acl$/.test(action)) return 'ReadAcp';
  if (/^s3:PutObject\w*Acl$/.test(action)) return 'WriteAcp';
  if (action === 's3:PutBucketAcl') return 'WriteAcp';
  if (/^s3:(?:Put|Delete)(?:Object|Bucket)\w*Tagging$/.test(action)) return 'Tagging';
  if (/^s3:List/.test(action) || action === 's3:GetBucketLocation')
    return action === 's3:ListMultipartUploadParts' ? 'Read' : 'List';
  if (/^s3:Get/.test(action)) return 'Read';
  return OBJECT_WRITES.test(action) ? 'Write' : 'Admin';
};
