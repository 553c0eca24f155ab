/** The actions of STS (s3.md section 1, row STS). */
import type { QueryAction, QueryService } from '../query-call.ts';
import { assumeRole } from './actions/assume-role.ts';
import { assumeRoleWithLdapIdentity } from './actions/assume-role-with-ldap-identity.ts';
import { assumeRoleWithWebIdentity } from './actions/assume-role-with-web-identity.ts';
import { decodeAuthorizationMessage } from './actions/decode-authorization-message.ts';
import { getAccessKeyInfo } from './actions/get-access-key-info.ts';
import { getCallerIdentity } from './actions/get-caller-identity.ts';
import { getFederationToken } from './actions/get-federation-token.ts';
import { getSessionToken } from './actions/get-session-token.ts';

const ACTIONS: readonly QueryAction[] = [
  getCallerIdentity,
  getAccessKeyInfo,
  getSessionToken,
  getFederationToken,
  assumeRole,
  assumeRoleWithWebIdentity,
  assumeRoleWithLdapIdentity,
  decodeAuthorizationMessage,
];

export const STS_SERVICE: QueryService = {
  name: 'sts',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  version: '2011-06-15',
  actions: new Map(ACTIONS.map((action) => [action.name, action])),
  unserved: new Set('AssumeRoleWithSAML AssumeRoot GetDelegatedAccessToken GetWebIdentityToken'.split(' ')),
};
