export {
  decodeInternalIdentity,
  encodeInternalIdentity,
  INTERNAL_IDENTITY_HEADER,
  INTERNAL_IDENTITY_MAX_AGE_MS,
  type InternalIdentity,
} from './internal-identity.ts';
export { isActionAllowed } from './is-action-allowed.ts';
export { ActionError, parseActions } from './parse-actions.ts';
export {
  IdentitiesError,
  type IdentitiesFile,
  parseIdentities,
  ROOT_ACCOUNT_ID,
  type StaticIdentity,
} from './parse-identities.ts';
export { type Permissions, type Principal, type ScopedAction, STATIC_ACTIONS, type StaticAction } from './principal.ts';
