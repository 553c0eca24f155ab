import { expirationHeader } from '@needlestack/s3-protocol';
import { hasBucketConfig } from '@needlestack/service-contracts';
import type { GatewayContext } from './gateway-context.ts';
import type { S3Exchange } from './s3-exchange.ts';

/** What lifecycle rules look at beside the key. */
export interface AgingVersion {
  readonly sizeBytes: number;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly lastModifiedMs: number;
}

/** Whether anything may have to be said of expiration: ask this first, it costs nothing. */
export const hasLifecycle = ({ access }: S3Exchange): boolean =>
  access !== undefined && hasBucketConfig(access.bucket, 'lifecycle');

/** x-amz-expiration, where a rule of the bucket ends the life of the addressed key's current version. */
export const pushExpiration = async (
  headers: string[],
  exchange: S3Exchange,
  version: AgingVersion,
  { configurations }: Pick<GatewayContext, 'configurations'>,
): Promise<void> => {
  const { access, key } = exchange;
  const rules = access === undefined ? undefined : await configurations.lifecycle.find(access.bucket);
  if (rules === undefined) return;
  const { sizeBytes, tags, lastModifiedMs } = version;
  const value = expirationHeader(rules, { key, sizeBytes, tags, lastModifiedMs });
  if (value !== undefined) headers.push('x-amz-expiration', value);
};
