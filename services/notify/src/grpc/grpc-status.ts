import type { StatusTable } from '@needlestack/rpc';
import type { NotifyErrorCode } from '../core/notify-error.ts';

/** The gRPC code of each refusal; exhaustive by its type. */
export const STATUS_BY_ERROR_CODE = {
  'unknown-target': 'not-found',
  'unknown-dead-letter': 'not-found',
  'invalid-argument': 'invalid-argument',
  unavailable: 'failed-precondition',
  'shutting-down': 'unavailable',
} as const satisfies Record<NotifyErrorCode, StatusTable[string]>;
