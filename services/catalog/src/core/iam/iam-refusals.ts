/** How changes of IAM are refused, in the words of AWS. */
import { CatalogError, type IamKind } from '@needlestack/service-contracts';

const NOUNS: Readonly<Record<IamKind, string>> = {
  user: 'user',
  group: 'group',
  role: 'role',
  policy: 'policy',
  'oidc-provider': 'OpenIDConnect Provider',
  'instance-profile': 'Instance Profile',
};

export function noSuchEntity(kind: IamKind, name: string): CatalogError {
  return new CatalogError('NoSuchEntity', `The ${NOUNS[kind]} with name ${name} cannot be found.`);
}

export function entityAlreadyExists(kind: IamKind, name: string): CatalogError {
  return new CatalogError('EntityAlreadyExists', `${NOUNS[kind]} with name ${name} already exists.`);
}

export function noSuch(message: string): CatalogError {
  return new CatalogError('NoSuchEntity', message);
}

export function deleteConflict(message: string): CatalogError {
  return new CatalogError('DeleteConflict', message);
}

/** @param what such as `GroupsPerUser` */
export function limitExceeded(what: string, limit: number): CatalogError {
  return new CatalogError('LimitExceeded', `Cannot exceed quota for ${what}: ${limit}`);
}
