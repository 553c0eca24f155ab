import { evaluatePolicy, iamArn, NO_PERMISSIONS, type Principal } from '@needlestack/access-control';
import type { IamOidcProvider } from '@needlestack/service-contracts';
import { nameOfIssuer, urlOfProvider } from '../../../../core/iam/provider-url.ts';
import type { QueryAction, QueryCall, TokenClaims } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { refuseSts } from '../authorize-sts.ts';
import { findRole, readRoleDuration, SESSION_NAME_RULE, showAssumedRole } from '../find-role.ts';
import { makeCredentials } from '../make-credentials.ts';
import { readSessionPolicies, showPackedSize } from '../session-policies.ts';

const TOKEN_RULE = { minLength: 4, maxLength: 20_000 };
const SESSION_TAGS_MAX = 50;
const ACTION = 'AssumeRoleWithWebIdentity';

/** Needs no signature: the token says who asks, and the identity provider of the role's account vouches for it. */
export const assumeRoleWithWebIdentity: QueryAction = {
  name: ACTION,
  // All of it hangs on the token, which is proven first.
  authorize: async () => undefined,
  run: async (call) => {
    const { parameters, context } = call;
    const sessionName = parameters.required('RoleSessionName', SESSION_NAME_RULE);
    const token = parameters.required('WebIdentityToken', TOKEN_RULE);
    const roleArn = parameters.required('RoleArn');
    const role = await findRole(call);
    if (role === undefined) throw refuseSts('anonymous', ACTION, roleArn);
    call.target = role;
    const provider = await findProvider(call, role.accountId, token);
    const isOpen = context.compatibility.has('open-identity-providers');
    const claims = await context.webIdentities.prove(token, {
      url: (isOpen ? provider.url : undefined) ?? urlOfProvider(provider.name),
      clientIds: isOpen && provider.clientIds.length === 0 ? undefined : provider.clientIds,
    });
    const facts = factsOf(provider.name, claims);
    const principal = makeWebIdentity(provider, claims, facts);
    const trust = context.compiler.compile(role.trustPolicy, 'trust');
    const tags = principalTagsOf(claims);
    const conditions = call.facts(principal, { 'sts:rolesessionname': [sessionName] }, tags);
    for (const verb of Object.keys(tags).length === 0 ? [ACTION] : [ACTION, 'TagSession']) {
      const question = { principal, action: `sts:${verb.toLowerCase()}`, resource: roleArn, facts: conditions };
      if (evaluatePolicy(trust, question).effect !== 'allow') throw refuseSts(textOf(claims.sub), verb, roleArn);
    }
    const seconds = readRoleDuration(call, role);
    const policies = await readSessionPolicies(call, role.accountId);
    return {
      Credentials: makeCredentials(call, seconds, {
        bearer: { kind: 'role', accountId: role.accountId, name: role.name, id: role.id },
        roleSessionName: sessionName,
        tags,
        facts,
        ...(policies.documents === undefined ? undefined : { policies: policies.documents }),
      }),
      SubjectFromWebIdentityToken: textOf(claims.sub),
      Provider: iamArn(provider),
      Audience: audienceOf(claims),
      AssumedRoleUser: showAssumedRole(role, sessionName),
      ...showPackedSize(policies),
    };
  },
};

/** The provider of the role's account whose issuer the token names. Nothing of the token is proven yet. */
const findProvider = async (call: QueryCall, accountId: string, token: string): Promise<IamOidcProvider> => {
  const name = nameOfIssuer(issuerOf(token));
  const provider = await call.context.catalog.readIam('entity', { accountId, kind: 'oidc-provider', name });
  if (provider?.kind !== 'oidc-provider')
    throw new QueryError(
      'InvalidIdentityToken',
      'No OpenIDConnect provider found in your account for the issuer of the token',
    );
  return provider;
};

const issuerOf = (token: string): string => {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (typeof payload === 'object' && payload !== null && 'iss' in payload && typeof payload.iss === 'string')
      return payload.iss;
  } catch {
    // It is refused below like a token without issuer.
  }
  throw new QueryError('InvalidIdentityToken', 'The ID Token provided is not a valid JWT');
};

const textOf = (claim: unknown): string => (typeof claim === 'string' ? claim : '');

const TAGS_CLAIM = 'https://aws.amazon.com/tags';

/** Session tags that the provider vouches for: `{ principal_tags: { Team: ["blue"] } }`. */
const principalTagsOf = (claims: TokenClaims): Readonly<Record<string, string>> => {
  const claim = claims[TAGS_CLAIM];
  if (typeof claim !== 'object' || claim === null || !('principal_tags' in claim)) return {};
  const { principal_tags: tags } = claim;
  if (typeof tags !== 'object' || tags === null) return {};
  const entries = Object.entries(tags as TokenClaims).map(([key, value]): [string, string] => [
    key,
    textOf(Array.isArray(value) ? value[0] : value),
  ]);
  if (entries.length > SESSION_TAGS_MAX)
    throw new QueryError(
      'InvalidIdentityToken',
      `The token has ${entries.length} session tags, at most ${SESSION_TAGS_MAX} are taken.`,
    );
  return Object.fromEntries(entries);
};

const audienceOf = ({ aud, azp }: TokenClaims): string => textOf(azp) || textOf(Array.isArray(aud) ? aud[0] : aud);

/** `<issuer>:aud`, `<issuer>:sub` and the like, as conditions ask for them. */
const factsOf = (issuer: string, claims: TokenClaims): Readonly<Record<string, readonly string[]>> => {
  const facts: Record<string, readonly string[]> = {};
  for (const name of ['sub', 'azp', 'app_id', 'amr', 'oaud']) {
    const value = claims[name];
    const texts = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
    if (texts.length > 0) facts[`${issuer}:${name}`.toLowerCase()] = texts;
  }
  // Where a token says for whom it was made, that is what policies call its audience.
  facts[`${issuer}:aud`.toLowerCase()] = [audienceOf(claims)];
  return facts;
};

const makeWebIdentity = (
  provider: IamOidcProvider,
  claims: TokenClaims,
  sessionFacts: Principal['sessionFacts'] & object,
): Principal => ({
  kind: 'web-identity',
  name: iamArn(provider),
  accountId: '',
  displayName: '',
  arn: iamArn(provider),
  userId: textOf(claims.sub),
  permissions: NO_PERMISSIONS,
  sessionFacts,
});
