/** The users that the suite asks for: owners of accounts, and the roots of two more. The secrets are worth nothing outside a test's store. */

export interface SuiteUser {
  /** Section of the suite's configuration. */
  readonly section: string;
  readonly name: string;
  readonly accountId: string;
  /** The suite's `user_id`: the account's id for its root. */
  readonly userId?: string;
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

/** The store's own account. Under `arn-without-account` its ARNs are those of RGW's users without account. */
const OWN_ACCOUNT = '000000000000';

/** Whose policies the tests of IAM and STS write; a user of the own account, to be made in IAM. */
export const POLICY_USER = 'suite-user';

/**
 * Who runs the tests of IAM and STS: there `main` and `iam` are the root of one account, and `alt` a user of it that may do all of S3 until a
 * policy says otherwise.
 *
 * @param alt that user's key
 */
export const identitySuiteUsers = (alt?: Pick<SuiteUser, 'accessKeyId' | 'secretAccessKey'>): readonly SuiteUser[] =>
  SUITE_USERS.map((each): SuiteUser => {
    if (each.section === 's3 alt') return { ...each, ...alt, accountId: OWN_ACCOUNT, userId: POLICY_USER };
    return each.section === 's3 main' || each.section === 'iam' ? { ...each, accountId: OWN_ACCOUNT } : each;
  });

/** Claims of the tokens that the suite is given, and how its configuration calls them. */
export const TOKEN_CLAIMS = { aud: 'account', app_id: 'account', azp: 's3tests', sub: 'suite-subject' } as const;
export const TAGGED_TOKEN_CLAIMS = {
  ...TOKEN_CLAIMS,
  'https://aws.amazon.com/tags': { principal_tags: { Department: ['Engineering', 'Marketing'] } },
};
const REALM = 'suite';
/** Where the suite expects the identity provider. */
export const ISSUER_URL = `http://localhost:8080/auth/realms/${REALM}`;

export interface SuiteTokens {
  readonly token: string;
  readonly userToken: string;
}

const NO_TOKENS: SuiteTokens = { token: 'none', userToken: 'none' };

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

/** Of the store and of every client of the suite; one that its tests of locations and of logs expect. */
export const SUITE_REGION = 'default';

export const KMS_KEYS = ['testkey-1', 'testkey-2'] as const;
/** Seconds that stand for a day in lifecycle rules. */
export const DEBUG_DAY_SECONDS = 10;

/** The suite's configuration file. */
export function suiteConfiguration(port: number, users: readonly SuiteUser[], tokens = NO_TOKENS): string {
  const sections: [string, Record<string, string | number>][] = [
    ['DEFAULT', { host: '127.0.0.1', port, is_secure: 'False', ssl_verify: 'False' }],
    ['fixtures', { 'bucket prefix': 'ns-{random}-', 'iam name prefix': 's3-tests-', 'iam path prefix': '/s3-tests/' }],
    ...users.map(
      ({ section, name, accountId, userId, email, accessKeyId, secretAccessKey }): [string, Record<string, string>] => [
        section,
        {
          display_name: name,
          user_id: userId ?? accountId,
          email,
          access_key: accessKeyId,
          secret_key: secretAccessKey,
          ...(section === 's3 tenant' ? { tenant: '' } : {}),
          ...(section === 's3 main'
            ? {
                api_name: SUITE_REGION,
                kms_keyid: KMS_KEYS[0],
                kms_keyid2: KMS_KEYS[1],
                storage_classes: 'STANDARD_IA, ONEZONE_IA',
                lc_debug_interval: String(DEBUG_DAY_SECONDS),
              }
            : {}),
        },
      ],
    ),
    [
      'webidentity',
      {
        token: tokens.token,
        user_token: tokens.userToken,
        aud: TOKEN_CLAIMS.aud,
        sub: TOKEN_CLAIMS.sub,
        azp: TOKEN_CLAIMS.azp,
        thumbprint: '0'.repeat(40),
        KC_REALM: REALM,
      },
    ],
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
