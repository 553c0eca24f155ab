import type { StorageBackendOptions } from '../../src/core/tiering/remote-ports.ts';

/** A store at an endpoint of a test, which volumes are moved to as `s3.cold`. */
export function coldBackend(endpoint: string): StorageBackendOptions {
  const keys = { aws_access_key_id: 'AKID', aws_secret_access_key: 'secret' };
  return { type: 's3', id: 'cold', properties: { bucket: 'bucket', endpoint, ...keys } };
}
