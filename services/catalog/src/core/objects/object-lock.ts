/** What retention and legal hold forbid (s3.md rule 41). */
import {
  CatalogError,
  type DefaultRetention,
  type NewObjectVersion,
  type ObjectLock,
  type Retention,
} from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

interface LockView {
  readonly nowMs: number;
  readonly bypassGovernance: boolean;
}

function locked(message: string): CatalogError {
  return new CatalogError('ObjectLocked', message);
}

/** CatalogError `ObjectLocked` while the version must not go. */
export function requireUnprotected(lock: ObjectLock | undefined, view: LockView): void {
  if (lock === undefined) return;
  if (lock.legalHold === true) throw locked('the version is under a legal hold');
  if (!isRetained(lock, view.nowMs)) return;
  if (lock.mode === 'GOVERNANCE' && view.bypassGovernance) return;
  throw locked(`the version is retained in ${lock.mode} mode`);
}

function isRetained(lock: ObjectLock, nowMs: number): boolean {
  return lock.mode !== undefined && lock.retainUntilMs !== undefined && lock.retainUntilMs > nowMs;
}

/**
 * The lock with another retention, or none. COMPLIANCE never ends sooner; GOVERNANCE may be extended, and all else by bypass.
 * CatalogError `ObjectLocked`.
 */
export function changeRetention(
  lock: ObjectLock | undefined,
  retention: Retention | undefined,
  view: LockView,
): ObjectLock | undefined {
  if (lock !== undefined && isRetained(lock, view.nowMs)) {
    const isExtension =
      retention !== undefined && retention.mode === lock.mode && retention.retainUntilMs >= (lock.retainUntilMs ?? 0);
    const mayWeaken = lock.mode === 'GOVERNANCE' && view.bypassGovernance;
    if (!isExtension && !mayWeaken) throw locked(`retention in ${lock.mode} mode can only be extended`);
  }
  const hold = lock?.legalHold === undefined ? {} : { legalHold: lock.legalHold };
  if (retention !== undefined) return { ...hold, ...retention };
  return lock?.legalHold === undefined ? undefined : hold;
}

/** CatalogError `InvalidRequest` unless the bucket has object lock. */
export function requireLockEnabled(bucket: StoredBucket): void {
  if (!bucket.objectLockEnabled)
    throw new CatalogError('InvalidRequest', 'Bucket is missing Object Lock Configuration', {
      BucketName: bucket.name,
    });
}

/** A new version as its bucket keeps it: with the default retention when it brings none. CatalogError `InvalidRequest`. */
export function withDefaultRetention(bucket: StoredBucket, version: NewObjectVersion, nowMs: number): NewObjectVersion {
  if (version.lock !== undefined) requireLockEnabled(bucket);
  const { defaultRetention } = bucket;
  if (defaultRetention === undefined || version.lock?.mode !== undefined) return version;
  const retainUntilMs = endOfRetention(defaultRetention, nowMs);
  return { ...version, lock: { ...version.lock, mode: defaultRetention.mode, retainUntilMs } };
}

function endOfRetention({ days, years }: DefaultRetention, nowMs: number): number {
  if (days !== undefined) return nowMs + days * DAY_MS;
  const end = new Date(nowMs);
  end.setUTCFullYear(end.getUTCFullYear() + (years ?? 0));
  return end.getTime();
}
