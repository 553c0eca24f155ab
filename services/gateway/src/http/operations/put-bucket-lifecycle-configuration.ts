import {
  LIFECYCLE_CONFIGURATION,
  type LifecycleConfiguration,
  nameLifecycleRules,
  refuseJoinedFilters,
  S3Error,
} from '@needlestack/s3-protocol';
import { putConfiguration } from '../configuration-operations.ts';
import { readMinimumSize } from '../transition-minimum-size.ts';

/** There are no tiers to move objects to: a rule that would is refused rather than kept and never followed. */
const refuseTransitions = ({ rules }: LifecycleConfiguration): void => {
  if (
    rules.every(({ transitions, noncurrentTransitions }) => transitions.length + noncurrentTransitions.length === 0)
  ) {
    return;
  }
  throw new S3Error('NotImplemented', {
    message: 'Lifecycle transitions are not implemented.',
    details: { Header: 'Transition' },
  });
};

export const putBucketLifecycleConfiguration = putConfiguration(
  'lifecycle',
  LIFECYCLE_CONFIGURATION,
  (configuration, { exchange, context }) => {
    exchange.addAnswerHeaders(readMinimumSize(exchange));
    if (!context.compatibility.has('joined-lifecycle-filters')) refuseJoinedFilters(configuration);
    refuseTransitions(configuration);
    return nameLifecycleRules(configuration, context.makeRuleId);
  },
);
