/** The users that the suite asks for: owners of accounts, and the roots of two more. The secrets are worth nothing outside a test's store. */

export interface SuiteUser {
  /** Section of the suite's configuration. */
  readonly section: string;
  readonly name: string;
  readonly accountId: string;
  readonly email: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const user = (section: string, name: string, digit: string): SuiteUser => ({
  section,
  name,
  accountId: digit.repeat(12),
  email: `${name}@example.com`,
  accessKeyId: `S3TESTS${name.toUpperCase()}`,
  secretAccessKey: `secret/of+${name}/in+the/store+of/a+test`,
});

export const SUITE_USERS: readonly SuiteUser[] = [
  user('s3 main', 'main', '1'),
  user('s3 alt', 'alt', '2'),
  user('s3 tenant', 'tenant', '3'),
  user('iam', 'iam', '4'),
  user('iam root', 'iamroot', '5'),
  user('iam alt root', 'iamaltroot', '6'),
];

/** The identities file that makes each of them the root of an account. */
export const identitiesOf = (users: readonly SuiteUser[]): object => ({
  accounts: users.map(({ accountId, name, email }) => ({ id: accountId, displayName: name, emailAddress: email })),
  identities: users.map(({ name, accountId, accessKeyId, secretAccessKey }) => ({
    name,
    account: { id: accountId },
    credentials: [{ accessKey: accessKeyId, secretKey: secretAccessKey }],
    actions: ['Admin'],
  })),
});

export const KMS_KEYS = ['testkey-1', 'testkey-2'] as const;
/** Seconds that stand for a day in lifecycle rules. */
export const DEBUG_DAY_SECONDS = 10;

/** The suite's configuration file. */
export function suiteConfiguration(port: number, users: readonly SuiteUser[]): string {
  const sections: [string, Record<string, string | number>][] = [
    ['DEFAULT', { host: '127.0.0.1', port, is_secure: 'False', ssl_verify: 'False' }],
    ['fixtures', { 'bucket prefix': 'ns-{random}-', 'iam name prefix': 's3-tests-', 'iam path prefix': '/s3-tests/' }],
    ...users.map(
      ({ section, name, accountId, email, accessKeyId, secretAccessKey }): [string, Record<string, string>] => [
        section,
        {
          display_name: name,
          user_id: accountId,
          email,
          access_key: accessKeyId,
          secret_key: secretAccessKey,
          ...(section === 's3 tenant' ? { tenant: '' } : {}),
          ...(section === 's3 main'
            ? {
                api_name: 'us-east-1',
                kms_keyid: KMS_KEYS[0],
                kms_keyid2: KMS_KEYS[1],
                storage_classes: 'STANDARD_IA, ONEZONE_IA',
                lc_debug_interval: String(DEBUG_DAY_SECONDS),
              }
            : {}),
        },
      ],
    ),
    ['webidentity', { token: 'x', aud: 'x', sub: 'x', azp: 'x', user_token: 'x', thumbprint: 'x', KC_REALM: 'x' }],
  ];
  return sections
    .map(
      ([name, values]) =>
        `[${name}]\n${Object.entries(values)
          .map(([key, value]) => `${key} = ${value}\n`)
          .join('')}`,
    )
    .join('\n');
}
