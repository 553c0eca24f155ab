import type { QueryAction } from '../../query-call.ts';
import { QueryError } from '../../query-error.ts';
import { refuseDenied } from '../authorize-sts.ts';
import { makeCredentials } from '../make-credentials.ts';

const BOUNDS = { min: 900, max: 129_600 };
const DEFAULT_SECONDS = 43_200;

/** What the caller may, for a while. */
export const getSessionToken: QueryAction = {
  name: 'GetSessionToken',
  authorize: async (call) => {
    if (call.accessKey.isTemporary === true)
      throw new QueryError('AccessDenied', 'Cannot call GetSessionToken with session credentials');
    refuseDenied(call, 'GetSessionToken');
  },
  run: async (call) => {
    if (call.parameters.optional('TokenCode') !== undefined || call.parameters.optional('SerialNumber') !== undefined)
      throw new QueryError('NotImplemented', 'MFA devices are not implemented.');
    const seconds = call.parameters.integer('DurationSeconds', BOUNDS) ?? DEFAULT_SECONDS;
    return { Credentials: makeCredentials(call, seconds, { bearer: call.accessKey.bearer }) };
  },
};
