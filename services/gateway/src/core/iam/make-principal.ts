/** What callers are to policies: users and roles with their documents, and sessions on their behalf. */
import {
  findAwsManagedPolicy,
  iamArn,
  NO_PERMISSIONS,
  type Policy,
  type Principal,
  type PrincipalPolicies,
} from '@needlestack/access-control';
import type { IamBearer, IamLdapBearer } from '@needlestack/service-contracts';
import type { BearerReference } from './bearer-reference.ts';
import type { PolicyCompiler } from './policy-compiler.ts';
import type { Session } from './session.ts';

const ALLOW_ALL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
/** In place of a boundary that is gone: nothing. */
const ALLOW_NOTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';

/** @throws PolicyError when a stored document cannot be read */
export const makeBearerPrincipal = (bearer: IamBearer, displayName: string, compiler: PolicyCompiler): Principal => {
  const { entity } = bearer;
  return {
    kind: entity.kind === 'user' ? 'user' : 'assumed-role',
    name: entity.name,
    accountId: entity.accountId,
    displayName,
    arn: iamArn(entity),
    userId: entity.id,
    permissions: NO_PERMISSIONS,
    policies: policiesOf(bearer, compiler),
    tags: entity.tags,
  };
};

const policiesOf = ({ entity, groups, documents }: IamBearer, compiler: PolicyCompiler): PrincipalPolicies => {
  const texts: string[] = [];
  const documentOf = (arn: string): string | undefined => documents[arn] ?? findAwsManagedPolicy(arn)?.document;
  for (const holder of [entity, ...groups]) {
    texts.push(...Object.values(holder.inlinePolicies));
    for (const arn of holder.attachedPolicyArns) {
      const text = documentOf(arn);
      if (text !== undefined) texts.push(text);
    }
  }
  const identity: readonly Policy[] = texts.map((text) => compiler.compile(text, 'identity'));
  if (entity.boundaryArn === undefined) return { identity };
  return { identity, boundary: compiler.compile(documentOf(entity.boundaryArn) ?? ALLOW_NOTHING, 'identity') };
};

/** Not a name that GetFederationToken could give: those have no slash. */
export const ldapUserArn = (accountId: string, dn: string): string => {
  const path = dn.replace(/[^\w+=,.@-]+/gu, encodeURIComponent);
  return `arn:aws:sts::${accountId}:federated-user/ldap/${path}`;
};

/** A user of the directory as it is now. Undefined when no policy is attached any more: nobody let it in then. */
export const makeLdapPrincipal = (
  { accountId, dn }: { readonly accountId: string; readonly dn: string },
  { entries, documents }: IamLdapBearer,
  displayName: string,
  compiler: PolicyCompiler,
): Principal | undefined => {
  if (entries.length === 0) return undefined;
  const arns = new Set(entries.flatMap((entry) => entry.attachedPolicyArns));
  const texts = [...arns].flatMap((arn) => documents[arn] ?? findAwsManagedPolicy(arn)?.document ?? []);
  return {
    kind: 'federated-user',
    name: dn,
    accountId,
    displayName,
    arn: ldapUserArn(accountId, dn),
    userId: `${accountId}:ldap/${dn}`,
    permissions: NO_PERMISSIONS,
    policies: { identity: texts.map((text) => compiler.compile(text, 'identity')) },
  };
};

/** What RGW's policies ask of credentials: whether GetSessionToken made them. */
const OF_SESSION_TOKEN: Principal['sessionFacts'] & object = { 'sts:authentication': ['true'] };

/** The caller that a session's credentials stand for. @param bearer on whose behalf it is, as it is now */
export const makeSessionPrincipal = (session: Session, bearer: Principal, compiler: PolicyCompiler): Principal => {
  const given = session.policies?.map((text) => compiler.compile(text, 'identity'));
  if (session.roleSessionName !== undefined) return makeRoleSession(session, bearer, session.roleSessionName, given);
  if (session.bearer.kind === 'ldap') return makeLdapSession({ ...session, ...session.bearer }, bearer, given);
  if (session.federatedName === undefined) return { ...bearer, sessionFacts: OF_SESSION_TOKEN };
  return {
    ...bearer,
    kind: 'federated-user',
    name: session.federatedName,
    arn: `arn:aws:sts::${bearer.accountId}:federated-user/${session.federatedName}`,
    userId: `${bearer.accountId}:${session.federatedName}`,
    tags: session.tags ?? {},
    permissions: bearer.kind === 'user' ? bearer.permissions : NO_PERMISSIONS,
    policies: {
      ...(bearer.policies ?? { identity: bearer.kind === 'user' ? [] : [compiler.compile(ALLOW_ALL, 'identity')] }),
      // Without policies of its own a federated user has only what resources allow it.
      session: given ?? [],
    },
  };
};

/** Conditions ask in MinIO's words. The token says each DN once: it is a header of every request. */
const makeLdapSession = (
  { facts, dn, groupDns }: Pick<Session, 'facts'> & Extract<BearerReference, { readonly kind: 'ldap' }>,
  user: Principal,
  given: readonly Policy[] | undefined,
): Principal => ({
  ...user,
  sessionFacts: {
    ...facts,
    'ldap:user': [dn],
    ...(groupDns.length === 0 ? undefined : { 'ldap:groups': groupDns }),
  },
  policies: { identity: [], ...user.policies, ...(given === undefined ? undefined : { session: given }) },
});

const makeRoleSession = (
  session: Session,
  role: Principal,
  sessionName: string,
  given: readonly Policy[] | undefined,
): Principal => ({
  ...role,
  name: `${role.name}/${sessionName}`,
  arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${sessionName}`,
  userId: `${role.userId}:${sessionName}`,
  tags: { ...role.tags, ...session.tags },
  ...(session.facts === undefined ? undefined : { sessionFacts: session.facts }),
  policies: {
    ...(role.policies ?? { identity: [] }),
    roleArn: role.arn,
    ...(given === undefined ? undefined : { session: given }),
  },
});
