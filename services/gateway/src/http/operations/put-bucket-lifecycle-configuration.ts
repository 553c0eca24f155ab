import { LIFECYCLE_CONFIGURATION, nameLifecycleRules, refuseJoinedFilters } from '@needlestack/s3-protocol';
import { putConfiguration } from '../configurations/configuration-operations.ts';
import { readMinimumSize } from '../configurations/transition-minimum-size.ts';

export const putBucketLifecycleConfiguration = putConfiguration(
  'lifecycle',
  LIFECYCLE_CONFIGURATION,
  (configuration, { exchange, context }) => {
    exchange.addAnswerHeaders(readMinimumSize(exchange));
    if (!context.compatibility.has('joined-lifecycle-filters')) refuseJoinedFilters(configuration);
    return nameLifecycleRules(configuration, context.makeRuleId);
  },
);
