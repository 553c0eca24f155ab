import type { RpcCode } from '@needlestack/rpc';
import type { MasterErrorCode } from '../core/master-error.ts';

/** The one place where the master's refusals become gRPC codes. */
export const STATUS_BY_MASTER_ERROR: Readonly<Record<MasterErrorCode, RpcCode>> = {
  'invalid-argument': 'invalid-argument',
  'no-writable-volume': 'resource-exhausted',
  'no-free-slot': 'resource-exhausted',
  'unknown-place': 'not-found',
  'allocation-failed': 'unavailable',
  'volume-not-found': 'not-found',
  'collection-not-found': 'not-found',
  locked: 'failed-precondition',
  'duplicate-directory': 'already-exists',
  'sequence-exhausted': 'resource-exhausted',
  unreachable: 'unavailable',
  'shutting-down': 'unavailable',
};
