import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type IamChange, type IamEntity } from '@needlestack/service-contracts';
import { createAccessKey, deleteAccessKey, noteKeyUse, updateAccessKey } from './access-key-changes.ts';
import { removeAlias, setAlias } from './account-alias.ts';
import { createEntity, deleteEntity, renameEntity, updateRole } from './entity-changes.ts';
import { tagEntity, untagEntity } from './entity-tags.ts';
import {
  attachPolicy,
  changeMembership,
  deleteInlinePolicy,
  detachPolicy,
  putInlinePolicy,
  setBoundary,
} from './holder-changes.ts';
import { addProfileRole, removeProfileRole } from './instance-profile-changes.ts';
import { changeLdapPolicy } from './ldap-entries.ts';
import {
  createLoginProfile,
  deleteLoginProfile,
  setPasswordPolicy,
  updateLoginProfile,
} from './login-profile-changes.ts';
import { changeClientId, setThumbprints } from './oidc-provider-changes.ts';
import { createPolicyVersion, deletePolicyVersion, setDefaultPolicyVersion } from './policy-versions.ts';

/** One change as one transaction. @throws CatalogError as `iam-api.ts` of the contracts says */
export function* changeIam(tx: KvTransaction, change: IamChange, nowMs: number): KvProgram<IamEntity | undefined> {
  switch (change.change) {
    case 'create':
      return yield* createEntity(tx, change, nowMs);
    case 'delete':
      return yield* deleteEntity(tx, change);
    case 'rename':
      return yield* renameEntity(tx, change);
    case 'update-role':
      return yield* updateRole(tx, change);
    case 'put-inline-policy':
      return yield* putInlinePolicy(tx, change);
    case 'delete-inline-policy':
      return yield* deleteInlinePolicy(tx, change);
    case 'attach-policy':
      return yield* attachPolicy(tx, change);
    case 'detach-policy':
      return yield* detachPolicy(tx, change);
    case 'set-boundary':
      return yield* setBoundary(tx, change);
    case 'add-member':
    case 'remove-member':
      return yield* changeMembership(tx, change);
    case 'create-access-key':
      return yield* createAccessKey(tx, change, nowMs);
    case 'update-access-key':
      return yield* updateAccessKey(tx, change);
    case 'delete-access-key':
      return yield* deleteAccessKey(tx, change);
    case 'create-policy-version':
      return yield* createPolicyVersion(tx, change, nowMs);
    case 'delete-policy-version':
      return yield* deletePolicyVersion(tx, change);
    case 'set-default-policy-version':
      return yield* setDefaultPolicyVersion(tx, change, nowMs);
    case 'tag':
      return yield* tagEntity(tx, change);
    case 'untag':
      return yield* untagEntity(tx, change);
    case 'add-client-id':
    case 'remove-client-id':
      return yield* changeClientId(tx, change);
    case 'set-thumbprints':
      return yield* setThumbprints(tx, change);
    case 'add-profile-role':
      return yield* addProfileRole(tx, change);
    case 'remove-profile-role':
      return yield* removeProfileRole(tx, change);
    case 'set-alias':
      return yield* setAlias(tx, change);
    case 'remove-alias':
      return yield* removeAlias(tx, change);
    case 'create-login-profile':
      return yield* createLoginProfile(tx, change, nowMs);
    case 'update-login-profile':
      return yield* updateLoginProfile(tx, change, nowMs);
    case 'delete-login-profile':
      return yield* deleteLoginProfile(tx, change);
    case 'set-password-policy':
      return yield* setPasswordPolicy(tx, change);
    case 'attach-ldap-policy':
    case 'detach-ldap-policy':
      return yield* changeLdapPolicy(tx, change, nowMs);
    case 'note-key-use':
      return yield* noteKeyUse(tx, change);
    default:
      return refuseUnknown(change);
  }
}

function refuseUnknown(change: never): never {
  throw new CatalogError('InvalidRequest', `an unknown change of IAM: ${JSON.stringify(change).slice(0, 100)}`);
}
