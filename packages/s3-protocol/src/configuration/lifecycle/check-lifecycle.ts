/** What a lifecycle configuration must fulfil beyond its shape; the messages are S3's. */
import { invalidArgument, S3Error } from '../../error/s3-error.ts';
import { MAX_LIFECYCLE_RULES, MAX_NEWER_NONCURRENT_VERSIONS, MAX_RULE_ID_CHARS } from '../../limits.ts';
import {
  compileFilter,
  isPrefixOnly,
  type ObjectFilter,
  prefixFilter,
  requireSeparateConditions,
} from '../object-filter.ts';
import type { LifecycleConfiguration, LifecycleRule } from './lifecycle-shape.ts';

const DAY_MS = 86_400_000;

/** @throws S3Error `MalformedXML` for a filter with several conditions outside And */
export const refuseJoinedFilters = ({ rules }: LifecycleConfiguration): void => {
  for (const { filter } of rules) if (filter !== undefined) requireSeparateConditions(filter);
};

/** @throws S3Error `MalformedXML`, `InvalidRequest`, `InvalidArgument`, `InvalidTag` */
export const checkLifecycle = ({ rules }: LifecycleConfiguration): void => {
  if (rules.length === 0) throw malformed();
  if (rules.length > MAX_LIFECYCLE_RULES) {
    throw invalid(`The number of lifecycle rules must not exceed the allowed limit of ${MAX_LIFECYCLE_RULES} rules`);
  }
  checkIds(rules);
  const isFiltered = rules.some(({ filter }) => filter !== undefined);
  for (const rule of rules) {
    if (rule.prefix !== undefined && rule.filter !== undefined) throw malformed();
    if (isFiltered && rule.prefix !== undefined) {
      throw invalid('Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.');
    }
    if (rule.prefix === undefined && rule.filter === undefined) throw malformed();
    checkActions(rule, ruleFilter(rule));
  }
};

/** What a rule is about, in either form. @throws S3Error as compileFilter */
export const ruleFilter = ({ prefix, filter }: LifecycleRule): ObjectFilter =>
  filter === undefined ? prefixFilter(prefix ?? '') : compileFilter(filter);

const checkIds = (rules: readonly LifecycleRule[]): void => {
  const seen = new Set<string>();
  for (const { id } of rules) {
    if (id === undefined || id === '') continue;
    if (id.length > MAX_RULE_ID_CHARS) {
      throw invalidArgument(`ID length should not exceed allowed limit of ${MAX_RULE_ID_CHARS}`, 'ID', id);
    }
    if (seen.has(id)) {
      throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule', 'ID', id);
    }
    seen.add(id);
  }
};

const checkActions = (rule: LifecycleRule, filter: ObjectFilter): void => {
  const { expiration, transitions, noncurrentExpiration, noncurrentTransitions, abortUploads } = rule;
  const isIdle =
    expiration === undefined &&
    transitions.length === 0 &&
    noncurrentExpiration === undefined &&
    noncurrentTransitions.length === 0 &&
    abortUploads === undefined;
  if (isIdle) throw invalid('At least one action needs to be specified in a rule');
  checkExpiration(rule, filter);
  checkTransitions(rule);
  if (noncurrentExpiration !== undefined) checkNoncurrent('NoncurrentVersionExpiration', noncurrentExpiration, rule);
  for (const transition of noncurrentTransitions) checkNoncurrent('NoncurrentVersionTransition', transition, rule);
  if (abortUploads === undefined) return;
  if (Object.keys(filter.tags).length > 0) {
    throw invalid('AbortIncompleteMultipartUpload cannot be specified with Tags.');
  }
  if (!isPrefixOnly(filter)) throw invalid('AbortIncompleteMultipartUpload cannot be specified with Object Size.');
  requirePositive(
    abortUploads.daysAfterInitiation,
    'DaysAfterInitiation',
    "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
  );
};

const checkExpiration = ({ expiration }: LifecycleRule, filter: ObjectFilter): void => {
  if (expiration === undefined) return;
  const { days, dateMs, isExpiredMarkerRemoved } = expiration;
  // `false` says no more than nothing does: clients send it beside the others.
  const set = [days, dateMs, isExpiredMarkerRemoved === true ? true : undefined].filter((one) => one !== undefined);
  if (set.length > 1 || (set.length === 0 && isExpiredMarkerRemoved === undefined)) throw malformed();
  if (days !== undefined) {
    requirePositive(days, 'Days', "'Days' for Expiration action must be a positive integer");
  }
  if (dateMs !== undefined) requireMidnight(dateMs);
  if (isExpiredMarkerRemoved !== true) return;
  if (Object.keys(filter.tags).length > 0) throw invalid('ExpiredObjectDeleteMarker cannot be specified with Tags.');
  if (!isPrefixOnly(filter)) throw invalid('ExpiredObjectDeleteMarker cannot be specified with Object Size.');
};

const checkTransitions = ({ transitions, expiration }: LifecycleRule): void => {
  for (const { days, dateMs, storageClass } of transitions) {
    if ((days === undefined) === (dateMs === undefined)) throw malformed();
    if (days !== undefined && days < 0) {
      throw invalidArgument("'Days' in Transition action must be nonnegative", 'Days', String(days));
    }
    if (dateMs !== undefined) requireMidnight(dateMs);
    const isMixed =
      (dateMs !== undefined && expiration?.days !== undefined) ||
      (days !== undefined && expiration?.dateMs !== undefined) ||
      transitions.some((other) => (other.days === undefined) !== (days === undefined));
    if (isMixed) {
      throw invalid(
        "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter",
      );
    }
    if (days !== undefined && expiration?.days !== undefined && expiration.days <= days) {
      throw invalidArgument(
        "'Days' in the Expiration action must be greater than 'Days' in the Transition action",
        'Days',
        String(expiration.days),
      );
    }
    if (transitions.filter((other) => other.storageClass === storageClass).length > 1) {
      throw invalid(`'StorageClass' must be different for 'Transition' actions in same 'Rule'`);
    }
  }
};

interface NoncurrentAction {
  readonly noncurrentDays: number | undefined;
  readonly newerNoncurrentVersions: number | undefined;
}

const checkNoncurrent = (action: string, limits: NoncurrentAction, { filter }: LifecycleRule): void => {
  const { noncurrentDays, newerNoncurrentVersions } = limits;
  if (noncurrentDays === undefined) throw malformed();
  requirePositive(noncurrentDays, 'NoncurrentDays', `'NoncurrentDays' for ${action} action must be a positive integer`);
  if (newerNoncurrentVersions === undefined) return;
  if (filter === undefined) throw invalid('NewerNoncurrentVersions can only be specified with a Filter.');
  if (newerNoncurrentVersions < 1 || newerNoncurrentVersions > MAX_NEWER_NONCURRENT_VERSIONS) {
    throw invalidArgument(
      `'NewerNoncurrentVersions' must be between 1 and ${MAX_NEWER_NONCURRENT_VERSIONS}`,
      'NewerNoncurrentVersions',
      String(newerNoncurrentVersions),
    );
  }
};

const requirePositive = (days: number, name: string, message: string): void => {
  if (days <= 0 || days > 2_147_483_647) throw invalidArgument(message, name, String(days));
};

const requireMidnight = (dateMs: number): void => {
  if (dateMs % DAY_MS !== 0) {
    throw invalidArgument("'Date' must be at midnight GMT", 'Date', new Date(dateMs).toISOString());
  }
};

const malformed = (): S3Error => new S3Error('MalformedXML');
const invalid = (message: string): S3Error => new S3Error('InvalidRequest', { message });
