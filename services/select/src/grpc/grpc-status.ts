import type { RpcCode, StatusTable } from '@needlestack/rpc';
import { SELECT_ERROR_STATUS, type SelectErrorCode } from '../core/select-error-code.ts';

const CODE_BY_HTTP_STATUS = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  403: 'permission-denied',
  404: 'not-found',
  500: 'internal',
  503: 'unavailable',
} as const satisfies Record<(typeof SELECT_ERROR_STATUS)[SelectErrorCode], RpcCode>;

/** The gRPC code of each error that can come before the first frame; the S3 code itself travels as the reason. */
export const STATUS_BY_ERROR_CODE: StatusTable = Object.fromEntries(
  Object.entries(SELECT_ERROR_STATUS).map(([code, status]) => [code, CODE_BY_HTTP_STATUS[status]]),
);
