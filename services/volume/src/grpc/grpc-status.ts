import type { RpcCode } from '@needlestack/rpc';
import type { VolumeErrorCode } from '@needlestack/service-contracts';

/**
 * The gRPC code of every error. SeaweedFS answers UNKNOWN with a text to nearly everything, and its clients look at the text; codes
 * of our own are used only where no such client expects otherwise. The exact error code travels beside it.
 */
export const GRPC_STATUS: Readonly<Record<VolumeErrorCode, RpcCode>> = {
  'volume-not-found': 'unknown',
  'needle-not-found': 'unknown',
  'cookie-mismatch': 'unknown',
  'checksum-mismatch': 'data-loss',
  'read-only': 'unknown',
  'no-space': 'unknown',
  'too-large': 'invalid-argument',
  'replication-failed': 'unknown',
  overloaded: 'resource-exhausted',
  'io-error': 'unknown',
  'shutting-down': 'unavailable',
  'invalid-argument': 'unknown',
  unreachable: 'unavailable',
};
