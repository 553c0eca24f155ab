import { iamArn } from '@needlestack/access-control';
import { readProviderUrl } from '../../../../core/iam/provider-url.ts';
import { makeId } from '../../../../core/iam/secret-key.ts';
import { invalid } from '../../form-parameters.ts';
import type { QueryAction, QueryCall } from '../../query-call.ts';
import { showTime } from '../../render-answer.ts';
import { authorizeIam, iamAction, requireTarget } from '../iam-action.ts';
import { showTags } from '../show-entity.ts';

const CLIENT_ID_RULE = { minLength: 1, maxLength: 255 };
const THUMBPRINT_RULE = { minLength: 40, maxLength: 40 };
const URL_RULE = { minLength: 1, maxLength: 255 };
const BY_ARN = { on: 'oidc-provider' } as const;

const isOpen = (call: QueryCall): boolean => call.context.compatibility.has('open-identity-providers');

const nameOfNew = (call: QueryCall): string => {
  const url = call.parameters.required('Url', URL_RULE);
  const name = readProviderUrl(url, isOpen(call));
  if (name === undefined)
    throw invalid('Url', url, 'Member must be an https URL without query, or http of this machine');
  return name;
};

export const createOidcProvider: QueryAction = {
  name: 'CreateOpenIDConnectProvider',
  authorize: async (call) => {
    const { accountId } = call;
    const resource = iamArn({ accountId, kind: 'oidc-provider', path: '/', name: nameOfNew(call) });
    authorizeIam(call, 'CreateOpenIDConnectProvider', resource);
  },
  run: async (call) => {
    const { parameters } = call;
    const tags = parameters.tags();
    const provider = await call.change({
      change: 'create',
      entity: {
        kind: 'oidc-provider',
        name: nameOfNew(call),
        path: '/',
        id: call.newId('OIDC', makeId),
        ...(isOpen(call) ? { url: parameters.required('Url') } : undefined),
        clientIds: parameters.list('ClientIDList', CLIENT_ID_RULE),
        thumbprints: parameters.list('ThumbprintList', THUMBPRINT_RULE),
        tags,
      },
    });
    const arn = provider === undefined ? undefined : iamArn(provider);
    return { OpenIDConnectProviderArn: arn, Tags: showTags(tags) };
  },
};

export const getOidcProvider = iamAction('GetOpenIDConnectProvider', BY_ARN, async (call) => {
  const provider = requireTarget(call, 'oidc-provider');
  return {
    Url: isOpen(call) ? (provider.url ?? provider.name) : provider.name,
    ClientIDList: provider.clientIds,
    ThumbprintList: provider.thumbprints,
    CreateDate: showTime(provider.createdAtMs),
    Tags: showTags(provider.tags),
  };
});

/** All of them on one page: an account has a hundred at most. */
export const listOidcProviders = iamAction('ListOpenIDConnectProviders', { on: 'account' }, async (call) => {
  const { accountId } = call;
  const question = { accountId, kind: 'oidc-provider', startAfter: '', max: 1000 } as const;
  const { entities } = await call.context.catalog.readIam('entities', question);
  return { OpenIDConnectProviderList: entities.map((provider) => ({ Arn: iamArn(provider) })) };
});

const changingClientId = (name: string, change: 'add-client-id' | 'remove-client-id'): QueryAction =>
  iamAction(name, BY_ARN, async (call) => {
    const clientId = call.parameters.required('ClientID', CLIENT_ID_RULE);
    await call.change({ change, name: requireTarget(call, 'oidc-provider').name, clientId });
    return undefined;
  });

export const addClientId = changingClientId('AddClientIDToOpenIDConnectProvider', 'add-client-id');
export const removeClientId = changingClientId('RemoveClientIDFromOpenIDConnectProvider', 'remove-client-id');

export const updateThumbprint = iamAction('UpdateOpenIDConnectProviderThumbprint', BY_ARN, async (call) => {
  const thumbprints = call.parameters.list('ThumbprintList', THUMBPRINT_RULE);
  await call.change({ change: 'set-thumbprints', name: requireTarget(call, 'oidc-provider').name, thumbprints });
  return undefined;
});
