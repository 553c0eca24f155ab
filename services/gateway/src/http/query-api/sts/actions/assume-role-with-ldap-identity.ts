import { ldapUserArn } from '../../../../core/iam/make-principal.ts';
import { invalid } from '../../form-parameters.ts';
import type { QueryAction, QueryCall } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { makeCredentials } from '../make-credentials.ts';
import { readSessionPolicies, showPackedSize } from '../session-policies.ts';

const USERNAME_RULE = { minLength: 1, maxLength: 2_048 };
const PASSWORD_LENGTH_MAX = 2_048;
const SECONDS_BOUNDS = { min: 900, max: 43_200 };
const DEFAULT_SECONDS = 3_600;
/** The token is a header of every request: DNs of groups with policies may take this much of it. */
const GROUPS_LENGTH_MAX = 2_048;
const ACTION = 'AssumeRoleWithLDAPIdentity';

/**
 * MinIO's extension of STS: a name and a password of the LDAP directory for temporary credentials. There is no role: what the session may
 * do are the policies attached to the user's DN and to those of its groups, as they are at each use.
 */
export const assumeRoleWithLdapIdentity: QueryAction = {
  name: ACTION,
  // All of it hangs on the password, which the directory proves.
  authorize: async () => undefined,
  run: async (call) => {
    const { parameters, context } = call;
    const { directory } = context;
    if (directory === undefined)
      throw new QueryError('NotImplemented', `${ACTION} needs an LDAP directory, and this gateway has none.`);
    const username = parameters.required('LDAPUsername', USERNAME_RULE);
    const password = readPassword(call);
    const roleArn = parameters.optional('RoleArn');
    if (roleArn !== undefined)
      throw invalid(
        'RoleArn',
        roleArn,
        'Member must be absent: policies are attached to users and groups of the directory',
      );
    const seconds = parameters.integer('DurationSeconds', SECONDS_BOUNDS) ?? DEFAULT_SECONDS;
    const { dn, groupDns } = await directory.logIn(username, password);
    const { accountId } = directory;
    const { entries } = await context.catalog.readIam('ldap-bearer', { accountId, dns: [dn, ...groupDns] });
    if (entries.length === 0)
      throw new QueryError('AccessDenied', `No policy is attached to ${dn} or to a group that it is in.`);
    const ownGroups = entries.map((entry) => entry.dn).filter((each) => each !== dn);
    refuseTooManyGroups(ownGroups);
    const policies = await readSessionPolicies(call, accountId);
    const session: Parameters<typeof makeCredentials>[2] = {
      bearer: { kind: 'ldap', accountId, dn, groupDns: ownGroups },
      facts: { 'ldap:username': [foldName(username)] },
      ...(policies.documents === undefined ? undefined : { policies: policies.documents }),
    };
    return {
      Credentials: makeCredentials(call, seconds, session),
      AssumedRoleUser: { Arn: ldapUserArn(accountId, dn), AssumedRoleId: `${accountId}:ldap/${dn}` },
      ...showPackedSize(policies),
    };
  },
};

/** Unlike other parameters it is not shown when it is refused. */
const readPassword = ({ parameters }: QueryCall): string => {
  const password = parameters.required('LDAPPassword');
  if (password === '' || password.length > PASSWORD_LENGTH_MAX)
    throw new QueryError('ValidationError', `LDAPPassword must have 1 to ${PASSWORD_LENGTH_MAX} characters`);
  return password;
};

const refuseTooManyGroups = (groupDns: readonly string[]): void => {
  const length = groupDns.reduce((sum, dn) => sum + dn.length, 0);
  if (length > GROUPS_LENGTH_MAX)
    throw new QueryError(
      'PackedPolicyTooLarge',
      `The ${groupDns.length} groups with policies take ${length} characters of a session token, at most ${GROUPS_LENGTH_MAX} are taken.`,
    );
};

/** The name as conditions know it. A directory does not tell its spellings apart, so policies must not either. */
const foldName = (username: string): string => username.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
