import {
  bucketOfArn,
  REPLICATION_CONFIGURATION,
  type ReplicationConfiguration,
  S3Error,
} from '@needlestack/s3-protocol';
import { putConfiguration } from '../configurations/configuration-operations.ts';
import type { GatewayContext } from '../gateway-context.ts';

const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message });

/** @throws S3Error `InvalidRequest` for a destination that is not there or keeps no versions */
const checkDestinations = async ({ rules }: ReplicationConfiguration, context: GatewayContext): Promise<void> => {
  const names = new Set(rules.map(({ destination }) => bucketOfArn(destination.bucket) ?? ''));
  for (const name of names) {
    const destination = await context.catalog.getBucket(name);
    if (destination === undefined) throw invalid('Destination bucket must exist.');
    if (destination.versioning !== 'Enabled') throw invalid('Destination bucket must have versioning enabled.');
  }
};

export const putBucketReplication = putConfiguration(
  'replication',
  REPLICATION_CONFIGURATION,
  async (configuration, { bucket, context }) => {
    if (bucket.versioning !== 'Enabled') {
      throw invalid("Versioning must be 'Enabled' on the bucket to apply a replication configuration");
    }
    await checkDestinations(configuration, context);
    return {
      ...configuration,
      rules: configuration.rules.map((rule) =>
        rule.id === undefined || rule.id === '' ? { ...rule, id: context.makeRuleId() } : rule,
      ),
    };
  },
);
