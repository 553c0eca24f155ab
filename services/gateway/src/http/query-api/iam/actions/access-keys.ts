import { iamArn, sealSecret } from '@needlestack/access-control';
import type { IamAccessKey } from '@needlestack/service-contracts';
import { makeId, makeSecret } from '../../../../core/iam/secret-key.ts';
import { invalid } from '../../form-parameters.ts';
import type { QueryCall } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { showTime } from '../../render-answer.ts';
import { authorizeIam, iamAction, requireTarget } from '../iam-action.ts';
import { pageOf } from '../list-page.ts';
import { showAccessKey } from '../show-entity.ts';

const KEY_ID_RULE = { minLength: 16, maxLength: 128, pattern: /^\w+$/ };
const OWN = { on: 'user', orCaller: true } as const;

/** Whose keys a call is about. */
interface KeyHolder {
  /** Empty for the account's root. */
  readonly name: string;
  readonly shownName: string;
  readonly accessKeys: readonly IamAccessKey[];
}

/** The user that the call names; without a name the caller, also when it is the root. @throws QueryError `NoSuchEntity`, `AccessDenied` */
const findHolder = async (call: QueryCall): Promise<KeyHolder> => {
  const { principal, accountId, accessKey } = call;
  const isRoot = principal.kind === 'account' || principal.kind === 'root';
  if (!isRoot || call.parameters.optional('UserName') !== undefined) {
    const { name, accessKeys } = requireTarget(call, 'user');
    return { name, shownName: name, accessKeys };
  }
  if (accessKey.isTemporary === true)
    throw new QueryError('AccessDenied', 'Session credentials of an account root cannot manage its access keys');
  const { accessKeys = [] } = await call.context.catalog.readIam('account', { accountId });
  return { name: '', shownName: principal.name, accessKeys };
};

/** The only answer that ever shows the secret. */
export const createAccessKey = iamAction('CreateAccessKey', OWN, async (call) => {
  const { name, shownName } = await findHolder(call);
  const accessKeyId = call.newId('AKIA', makeId);
  const secret = makeSecret(call.context.randomBytes);
  const sealedSecret = sealSecret(call.sealer, accessKeyId, secret);
  call.target = await call.change({ change: 'create-access-key', name, accessKeyId, sealedSecret });
  const { accessKeys } = await findHolder(call);
  const key = accessKeys.find((each) => each.accessKeyId === accessKeyId);
  return { AccessKey: key === undefined ? undefined : { ...showAccessKey(key, shownName), SecretAccessKey: secret } };
});

export const listAccessKeys = iamAction('ListAccessKeys', OWN, async (call) => {
  const { shownName, accessKeys } = await findHolder(call);
  const { items, end } = pageOf(call, accessKeys, ({ accessKeyId }) => accessKeyId);
  return { AccessKeyMetadata: items.map((key) => showAccessKey(key, shownName)), ...end };
});

export const updateAccessKey = iamAction('UpdateAccessKey', OWN, async (call) => {
  const { parameters } = call;
  const accessKeyId = parameters.required('AccessKeyId', KEY_ID_RULE);
  const status = parameters.required('Status');
  if (status !== 'Active' && status !== 'Inactive')
    throw invalid('Status', status, 'Member must satisfy enum value set: [Active, Inactive]');
  const { name } = await findHolder(call);
  await call.change({ change: 'update-access-key', name, accessKeyId, status });
  return undefined;
});

export const deleteAccessKey = iamAction('DeleteAccessKey', OWN, async (call) => {
  const accessKeyId = call.parameters.required('AccessKeyId', KEY_ID_RULE);
  const { name } = await findHolder(call);
  await call.change({ change: 'delete-access-key', name, accessKeyId });
  return undefined;
});

const NEVER_USED = { Region: 'N/A', ServiceName: 'N/A' };

const findLastUse = async (call: QueryCall) => {
  const accessKeyId = call.parameters.required('AccessKeyId', KEY_ID_RULE);
  const owner = await call.context.catalog.readIam('access-key', { accessKeyId });
  if (owner === undefined || owner.accountId !== call.accountId)
    throw new QueryError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`);
  const { lastUse, userName } = owner;
  const shown =
    lastUse === undefined
      ? NEVER_USED
      : { Region: lastUse.region, ServiceName: lastUse.service, LastUsedDate: showTime(lastUse.atMs) };
  return { UserName: userName === '' ? call.principal.name : userName, AccessKeyLastUsed: shown };
};

export const getAccessKeyLastUsed = {
  name: 'GetAccessKeyLastUsed',
  authorize: async (call: QueryCall) => {
    const { accountId } = call;
    const accessKeyId = call.parameters.required('AccessKeyId', KEY_ID_RULE);
    const owner = await call.context.catalog.readIam('access-key', { accessKeyId });
    const name = owner?.accountId === accountId ? owner.userName : '*';
    const arn = name === '' ? `arn:aws:iam::${accountId}:root` : iamArn({ accountId, kind: 'user', path: '/', name });
    authorizeIam(call, 'GetAccessKeyLastUsed', arn);
  },
  run: findLastUse,
};
