/** PutBucketLifecycleConfiguration. */
import { configurationDocument } from '../configuration-document.ts';
import { checkLifecycle } from './check-lifecycle.ts';
import { LIFECYCLE_SHAPE, type LifecycleConfiguration } from './lifecycle-shape.ts';

/** Also takes filters with several conditions outside And, as RGW does; `refuseJoinedFilters` is S3's rule about them. */
export const LIFECYCLE_CONFIGURATION = configurationDocument('LifecycleConfiguration', LIFECYCLE_SHAPE, checkLifecycle);

/** Every rule has an id from the moment it is stored. @param makeRuleId a text that no other rule has */
export const nameLifecycleRules = (
  { rules }: LifecycleConfiguration,
  makeRuleId: () => string,
): LifecycleConfiguration => ({
  rules: rules.map((rule) => (rule.id === undefined || rule.id === '' ? { ...rule, id: makeRuleId() } : rule)),
});
