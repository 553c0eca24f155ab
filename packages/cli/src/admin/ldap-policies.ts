import { findAwsManagedPolicy, iamArn, normalizeDistinguishedName, ROOT_ACCOUNT_ID } from '@needlestack/access-control';
import { CatalogError, type CatalogPort, createGrpcCatalog, type IamLdapEntry } from '@needlestack/service-contracts';
import { choiceFlag, commonFlags, FlagError, type FlagValues, readFlags, textFlag } from '@needlestack/service-kit';
import { toGrpcAddress } from '@needlestack/volume-service';
import type { Command } from '../command.ts';
import { toChannelSecurity } from '../compose/channel-security.ts';
import { readServerSecurity } from '../security-options.ts';
import { securityFlags } from '../server-flags.ts';

const REFUSED_STATUS = 1;
const PAGE_ENTRIES = 500;
const AWS_POLICY_PREFIX = 'arn:aws:iam::aws:policy/';

const ldapPoliciesFlags = {
  ...commonFlags,
  ...securityFlags,
  catalog: textFlag('127.0.0.1:9400', 'catalog that keeps them'),
  account: textFlag(ROOT_ACCOUNT_ID, 'account of the policies, -ldap.account of the gateways'),
  dn: textFlag('', 'DN of a user or group of the directory; all are listed when empty'),
  attach: textFlag('', "managed policy to attach to it: its ARN, or its name, the account's before that of AWS"),
  detach: textFlag('', 'managed policy to detach from it'),
  o: choiceFlag(['text', 'json'], 'text', 'how the outcome is printed'),
} as const;

export const LDAP_POLICIES_SUMMARY =
  'Lists, attaches and detaches the policies of users and groups of the LDAP directory.';

/** `needlestack admin ldap-policies`: ends with 0 and prints what is attached afterwards; with 1 when the catalog refused. */
export const ldapPoliciesTask: Command = {
  run: async (argv, environment) => {
    const command = { name: 'needlestack admin ldap-policies', summary: LDAP_POLICIES_SUMMARY };
    const outcome = readFlags(ldapPoliciesFlags, command, { argv, env: environment });
    if (outcome.kind === 'help') {
      process.stdout.write(outcome.text);
      return 0;
    }
    return runLdapPolicies(outcome.values);
  },
};

async function runLdapPolicies(values: FlagValues<typeof ldapPoliciesFlags>): Promise<number> {
  const { account: accountId, attach, detach } = values;
  const dn = readDn(values.dn);
  if (dn === undefined && (attach !== '' || detach !== ''))
    throw new FlagError('-dn is missing: whose policies are meant?');
  const security = toChannelSecurity(readServerSecurity(values));
  const catalog = createGrpcCatalog({ ...security, address: toGrpcAddress(values.catalog) });
  try {
    for (const [change, policy] of [
      ['attach-ldap-policy', attach],
      ['detach-ldap-policy', detach],
    ] as const)
      if (dn !== undefined && policy !== '')
        await catalog.changeIam({ change, accountId, dn, policyArn: await findPolicyArn(catalog, accountId, policy) });
    const entries = await listEntries(catalog, accountId);
    const shown = dn === undefined ? entries : entries.filter((entry) => entry.dn === dn);
    process.stdout.write(values.o === 'json' ? `${JSON.stringify(shown, undefined, 2)}\n` : render(shown));
    return 0;
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return REFUSED_STATUS;
  } finally {
    catalog.close();
  }
}

function readDn(text: string): string | undefined {
  if (text === '') return undefined;
  const dn = normalizeDistinguishedName(text);
  if (dn === undefined) throw new FlagError(`-dn: ${text} is no distinguished name`);
  return dn;
}

/** What is neither the account's nor of AWS is taken for the account's: the catalog refuses it by that name. */
async function findPolicyArn(catalog: CatalogPort, accountId: string, policy: string): Promise<string> {
  if (policy.startsWith('arn:')) return policy;
  const own = await catalog.readIam('entity', { accountId, kind: 'policy', name: policy });
  if (own !== undefined) return iamArn(own);
  const ofAws = `${AWS_POLICY_PREFIX}${policy}`;
  return findAwsManagedPolicy(ofAws) === undefined
    ? iamArn({ accountId, kind: 'policy', path: '/', name: policy })
    : ofAws;
}

async function listEntries(catalog: CatalogPort, accountId: string): Promise<readonly IamLdapEntry[]> {
  const found: IamLdapEntry[] = [];
  for (;;) {
    const startAfter = found.at(-1)?.dn ?? '';
    const page = await catalog.readIam('ldap-entries', { accountId, startAfter, max: PAGE_ENTRIES });
    found.push(...page.entries);
    if (!page.isTruncated) return found;
  }
}

function render(entries: readonly IamLdapEntry[]): string {
  if (entries.length === 0) return 'no policies are attached\n';
  return entries
    .map(({ dn, attachedPolicyArns }) => `${dn}\n${attachedPolicyArns.map((arn) => `  ${arn}\n`).join('')}`)
    .join('');
}
