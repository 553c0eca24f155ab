import type { QueryAction } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { refuseDenied } from '../authorize-sts.ts';

const KEY_ID_RULE = { minLength: 1, maxLength: 128, pattern: /^\w+$/ };

/** Whose account a long-lived key is of. Temporary ones are written down nowhere. */
export const getAccessKeyInfo: QueryAction = {
  name: 'GetAccessKeyInfo',
  authorize: async (call) => refuseDenied(call, 'GetAccessKeyInfo'),
  run: async (call) => {
    const accessKeyId = call.parameters.required('AccessKeyId', KEY_ID_RULE);
    const { identities, catalog } = call.context;
    const owner = await catalog.readIam('access-key', { accessKeyId });
    const account = owner?.accountId ?? identities.find(accessKeyId)?.principal.accountId;
    if (account === undefined) throw new QueryError('ValidationError', `The access key ${accessKeyId} does not exist.`);
    return { Account: account };
  },
};
