/**
 * When lifecycle rules act. All times are milliseconds since the epoch. A rule counts days of `dayMs`; real days end at midnight UTC,
 * as in S3, while the short days of a test are counted exactly.
 */
import { formatHttpDate } from '../../conditional/http-date.ts';
import { isPrefixOnly, matchesFilter, type ObjectFilter } from '../object-filter.ts';
import type { Tags } from '../tag-set.ts';
import { ruleFilter } from './check-lifecycle.ts';
import type { LifecycleConfiguration } from './lifecycle-shape.ts';

export const REAL_DAY_MS = 86_400_000;

/** An enabled rule, ready to be asked. */
export interface CompiledLifecycleRule {
  readonly id: string;
  readonly filter: ObjectFilter;
  readonly expireDays: number | undefined;
  readonly expireAtMs: number | undefined;
  readonly removesExpiredMarkers: boolean;
  readonly noncurrentDays: number | undefined;
  /** So many of the newest noncurrent versions stay whatever their age. */
  readonly newerNoncurrentVersions: number;
  readonly abortUploadDays: number | undefined;
}

export type CompiledLifecycle = readonly CompiledLifecycleRule[];

export const compileLifecycle = ({ rules }: LifecycleConfiguration): CompiledLifecycle =>
  rules
    .filter(({ status }) => status === 'Enabled')
    .map((rule) => ({
      id: rule.id ?? '',
      filter: ruleFilter(rule),
      expireDays: rule.expiration?.days,
      expireAtMs: rule.expiration?.dateMs,
      removesExpiredMarkers: rule.expiration?.isExpiredMarkerRemoved === true,
      noncurrentDays: rule.noncurrentExpiration?.noncurrentDays,
      newerNoncurrentVersions: rule.noncurrentExpiration?.newerNoncurrentVersions ?? 0,
      abortUploadDays: rule.abortUploads?.daysAfterInitiation,
    }));

/** The end of so many days after a time. */
export const dayEnd = (sinceMs: number, days: number, dayMs: number): number => {
  const exactMs = sinceMs + days * dayMs;
  return dayMs === REAL_DAY_MS ? (Math.floor(exactMs / REAL_DAY_MS) + 1) * REAL_DAY_MS : exactMs;
};

export interface AgingObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly tags?: Tags | undefined;
  readonly lastModifiedMs: number;
}

export interface Expiry {
  readonly dueMs: number;
  readonly rule: CompiledLifecycleRule;
}

/** The first moment at which a rule ends the life of a current version that is no delete marker. */
export const currentExpiry = (rules: CompiledLifecycle, object: AgingObject, dayMs: number): Expiry | undefined => {
  let first: Expiry | undefined;
  for (const rule of rules) {
    const dueMs = ageLimit(rule, object.lastModifiedMs, dayMs);
    if (dueMs === undefined || (first !== undefined && first.dueMs <= dueMs)) continue;
    if (matchesFilter(rule.filter, object)) first = { dueMs, rule };
  }
  return first;
};

const ageLimit = (rule: CompiledLifecycleRule, sinceMs: number, dayMs: number): number | undefined => {
  if (rule.expireDays !== undefined) return dayEnd(sinceMs, rule.expireDays, dayMs);
  return rule.expireAtMs;
};

/**
 * The same for a delete marker that is all that is left of its key. A rule by age removes it at that age, one that asks for it at once.
 * Markers have neither tags nor size, so rules about those say nothing of them.
 */
export const markerExpiry = (
  rules: CompiledLifecycle,
  marker: Pick<AgingObject, 'key' | 'lastModifiedMs'>,
  dayMs: number,
): Expiry | undefined => {
  let first: Expiry | undefined;
  for (const rule of rules) {
    const dueMs = rule.removesExpiredMarkers ? marker.lastModifiedMs : ageLimit(rule, marker.lastModifiedMs, dayMs);
    if (dueMs === undefined || (first !== undefined && first.dueMs <= dueMs)) continue;
    if (isPrefixOnly(rule.filter) && marker.key.startsWith(rule.filter.prefix)) first = { dueMs, rule };
  }
  return first;
};

export interface NoncurrentVersion extends AgingObject {
  readonly isDeleteMarker: boolean;
  /** When the version after it came. */
  readonly noncurrentSinceMs: number;
  /** Noncurrent versions of the key that are newer than this one. */
  readonly newerNoncurrent: number;
}

/** The first moment at which a rule ends the life of a noncurrent version or marker. */
export const noncurrentExpiry = (
  rules: CompiledLifecycle,
  version: NoncurrentVersion,
  dayMs: number,
): Expiry | undefined => {
  let first: Expiry | undefined;
  for (const rule of rules) {
    const { noncurrentDays, newerNoncurrentVersions, filter } = rule;
    if (noncurrentDays === undefined || version.newerNoncurrent < newerNoncurrentVersions) continue;
    const dueMs = dayEnd(version.noncurrentSinceMs, noncurrentDays, dayMs);
    if (first !== undefined && first.dueMs <= dueMs) continue;
    if (version.isDeleteMarker && !isPrefixOnly(filter)) continue;
    if (matchesFilter(filter, version)) first = { dueMs, rule };
  }
  return first;
};

/** The first moment at which a rule aborts an upload that was never completed. */
export const uploadExpiry = (
  rules: CompiledLifecycle,
  upload: { readonly key: string; readonly initiatedAtMs: number },
  dayMs: number,
): Expiry | undefined => {
  let first: Expiry | undefined;
  for (const rule of rules) {
    if (rule.abortUploadDays === undefined || !upload.key.startsWith(rule.filter.prefix)) continue;
    const dueMs = dayEnd(upload.initiatedAtMs, rule.abortUploadDays, dayMs);
    if (first === undefined || dueMs < first.dueMs) first = { dueMs, rule };
  }
  return first;
};

/** x-amz-expiration: when and by which rule. It counts real days, whatever days the worker runs on (s3.md rule 42). */
export const expirationHeader = (rules: CompiledLifecycle, object: AgingObject): string | undefined => {
  const expiry = currentExpiry(rules, object, REAL_DAY_MS);
  if (expiry === undefined) return undefined;
  return `expiry-date="${formatHttpDate(expiry.dueMs)}", rule-id="${encodeURIComponent(expiry.rule.id)}"`;
};
