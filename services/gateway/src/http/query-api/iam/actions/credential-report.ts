/** The credential report: which users have which keys, and when those were last used. It is made when it is asked for. */
import { iamArn } from '@needlestack/access-control';
import type { IamAccessKey, IamPasswordPolicy, IamUser } from '@needlestack/service-contracts';
import { passwordExpiryMs } from '../../../../core/iam/password-rules.ts';
import type { QueryCall } from '../../query-call.ts';
import { showTime } from '../../render-answer.ts';
import { iamAction } from '../iam-action.ts';
import { allEntities } from '../list-page.ts';

const ON_ACCOUNT = { on: 'account' } as const;
const KEYS_PER_USER = 2;
const COLUMNS = [
  'user',
  'arn',
  'user_creation_time',
  'password_enabled',
  'password_last_used',
  'password_last_changed',
  'password_next_rotation',
  'mfa_active',
  ...[1, 2].flatMap((number) =>
    ['active', 'last_rotated', 'last_used_date', 'last_used_region', 'last_used_service'].map(
      (column) => `access_key_${number}_${column}`,
    ),
  ),
  'cert_1_active',
  'cert_1_last_rotated',
  'cert_2_active',
  'cert_2_last_rotated',
];
const NONE = 'N/A';
/** The root of an account has none, and no user signs in with one. */
const NO_PASSWORD = ['false', NONE, NONE, NONE];
const NO_DEVICE = 'false';
const NO_CERTIFICATES = ['false', NONE, 'false', NONE];

export const generateCredentialReport = iamAction('GenerateCredentialReport', ON_ACCOUNT, async () => ({
  State: 'COMPLETE',
}));

export const getCredentialReport = iamAction('GetCredentialReport', ON_ACCOUNT, async (call) => {
  const { accountId, context } = call;
  const { accessKeys = [], passwordPolicy } = await context.catalog.readIam('account', { accountId });
  const root = ['<root_account>', `arn:aws:iam::${accountId}:root`, NONE];
  const lines = [COLUMNS.join(','), await makeLine(call, [...root, ...NO_PASSWORD], accessKeys)];
  for await (const user of allEntities(call, 'user')) {
    const who = [user.name, iamArn(user), showTime(user.createdAtMs), ...describePassword(user, passwordPolicy)];
    lines.push(await makeLine(call, who, user.accessKeys));
  }
  return {
    Content: Buffer.from(lines.join('\n')).toString('base64'),
    ReportFormat: 'text/csv',
    GeneratedTime: showTime(context.nowMs()),
  };
});

const describePassword = ({ loginProfile }: IamUser, policy: IamPasswordPolicy | undefined): readonly string[] => {
  if (loginProfile === undefined) return NO_PASSWORD;
  const expiryMs = passwordExpiryMs(loginProfile, policy);
  return [
    'true',
    'no_information',
    showTime(loginProfile.changedAtMs),
    expiryMs === undefined ? NONE : showTime(expiryMs),
  ];
};

const makeLine = async (
  call: QueryCall,
  who: readonly string[],
  accessKeys: readonly IamAccessKey[],
): Promise<string> => {
  const cells = [...who, NO_DEVICE];
  for (let index = 0; index < KEYS_PER_USER; index += 1) cells.push(...(await describeKey(call, accessKeys[index])));
  return [...cells, ...NO_CERTIFICATES].map(quote).join(',');
};

const describeKey = async ({ context }: QueryCall, key: IamAccessKey | undefined): Promise<readonly string[]> => {
  if (key === undefined) return ['false', NONE, NONE, NONE, NONE];
  const owner = await context.catalog.readIam('access-key', { accessKeyId: key.accessKeyId });
  const use = owner?.lastUse;
  return [
    String(key.status === 'Active'),
    showTime(key.createdAtMs),
    ...(use === undefined ? [NONE, NONE, NONE] : [showTime(use.atMs), use.region, use.service]),
  ];
};

/** Names may hold commas. */
const quote = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
