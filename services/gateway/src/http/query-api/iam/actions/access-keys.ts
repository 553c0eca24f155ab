import { iamArn } from '@needlestack/access-control';
import { makeId, makeSecret, sealSecret } from '../../../../core/iam/secret-key.ts';
import { invalid } from '../../form-parameters.ts';
import type { QueryCall } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { showTime } from '../../render-answer.ts';
import { authorizeIam, iamAction, requireTarget } from '../iam-action.ts';
import { pageOf } from '../list-page.ts';
import { showAccessKey } from '../show-entity.ts';

const KEY_ID_RULE = { minLength: 16, maxLength: 128, pattern: /^\w+$/ };
const OWN = { on: 'user', orCaller: true } as const;

/** The only answer that ever shows the secret. */
export const createAccessKey = iamAction('CreateAccessKey', OWN, async (call) => {
  const { name } = requireTarget(call, 'user');
  const accessKeyId = call.newId('AKIA', makeId);
  const secret = makeSecret(call.context.randomBytes);
  const sealedSecret = sealSecret(call.sealer, accessKeyId, secret);
  const user = await call.change({ change: 'create-access-key', name, accessKeyId, sealedSecret });
  const key = user?.kind === 'user' ? user.accessKeys.find((each) => each.accessKeyId === accessKeyId) : undefined;
  return { AccessKey: key === undefined ? undefined : { ...showAccessKey(key, name), SecretAccessKey: secret } };
});

export const listAccessKeys = iamAction('ListAccessKeys', OWN, async (call) => {
  const user = requireTarget(call, 'user');
  const { items, end } = pageOf(call, user.accessKeys, ({ accessKeyId }) => accessKeyId);
  return { AccessKeyMetadata: items.map((key) => showAccessKey(key, user.name)), ...end };
});

export const updateAccessKey = iamAction('UpdateAccessKey', OWN, async (call) => {
  const { parameters } = call;
  const accessKeyId = parameters.required('AccessKeyId', KEY_ID_RULE);
  const status = parameters.required('Status');
  if (status !== 'Active' && status !== 'Inactive')
    throw invalid('Status', status, 'Member must satisfy enum value set: [Active, Inactive]');
  await call.change({ change: 'update-access-key', name: requireTarget(call, 'user').name, accessKeyId, status });
  return undefined;
});

export const deleteAccessKey = iamAction('DeleteAccessKey', OWN, async (call) => {
  const accessKeyId = call.parameters.required('AccessKeyId', KEY_ID_RULE);
  await call.change({ change: 'delete-access-key', name: requireTarget(call, 'user').name, accessKeyId });
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
  return { UserName: userName, AccessKeyLastUsed: shown };
};

export const getAccessKeyLastUsed = {
  name: 'GetAccessKeyLastUsed',
  authorize: async (call: QueryCall) => {
    const { accountId } = call;
    const accessKeyId = call.parameters.required('AccessKeyId', KEY_ID_RULE);
    const owner = await call.context.catalog.readIam('access-key', { accessKeyId });
    const name = owner?.accountId === accountId ? owner.userName : '*';
    authorizeIam(call, 'GetAccessKeyLastUsed', iamArn({ accountId, kind: 'user', path: '/', name }));
  },
  run: findLastUse,
};
