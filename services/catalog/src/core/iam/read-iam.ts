import { parseIamArn } from '@needlestack/access-control';
import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type IamAnswers,
  type IamBearer,
  type IamGroup,
  type IamQuestions,
} from '@needlestack/service-contracts';
import { findEntity, findKeyOwner, readAccount } from './iam-rows.ts';
import { listLdapEntries, readLdapBearer } from './ldap-entries.ts';
import { listEntities } from './list-entities.ts';
import { readPasswordHashes } from './login-profile-changes.ts';

type Readers = {
  readonly [Name in keyof IamQuestions]: (tx: KvReader, question: IamQuestions[Name]) => KvProgram<IamAnswers[Name]>;
};

const READERS: Readers = {
  entity: (tx, { accountId, kind, name }) => findEntity(tx, accountId, kind, name),
  entities: listEntities,
  account: (tx, { accountId }) => readAccount(tx, accountId),
  'access-key': (tx, { accessKeyId }) => findKeyOwner(tx, accessKeyId),
  bearer: readBearer,
  'password-hashes': readPasswordHashes,
  'ldap-entries': listLdapEntries,
  'ldap-bearer': readLdapBearer,
};

export function readIam<Name extends keyof IamQuestions>(
  tx: KvReader,
  name: Name,
  question: IamQuestions[Name],
): KvProgram<IamAnswers[Name]> {
  if (!Object.hasOwn(READERS, name)) throw new CatalogError('InvalidRequest', `an unknown question of IAM: ${name}`);
  return READERS[name](tx, question);
}

/** In one view: nobody sees a user with the groups of before and the policies of after. */
function* readBearer(
  tx: KvReader,
  { accountId, kind, name }: IamQuestions['bearer'],
): KvProgram<IamBearer | undefined> {
  const entity = yield* findEntity(tx, accountId, kind, name);
  if (entity === undefined) return undefined;
  const groups: IamGroup[] = [];
  if (entity.kind === 'user') {
    for (const groupName of entity.groups) {
      const group = yield* findEntity(tx, accountId, 'group', groupName);
      if (group !== undefined) groups.push(group);
    }
  }
  const arns = new Set([entity, ...groups].flatMap((holder) => holder.attachedPolicyArns));
  if (entity.boundaryArn !== undefined) arns.add(entity.boundaryArn);
  const documents: Record<string, string> = {};
  for (const arn of arns) {
    const parsed = parseIamArn('policy', arn);
    if (parsed?.accountId !== accountId) continue;
    const policy = yield* findEntity(tx, accountId, 'policy', parsed.name);
    const version = policy?.versions.find(({ versionId }) => versionId === policy.defaultVersionId);
    if (version !== undefined) documents[arn] = version.document;
  }
  return { entity, groups, documents };
}
