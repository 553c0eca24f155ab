/**
 * What lifecycle rules end, out of a listing of versions that is read page by page. What a rule must know of a version's neighbours (since
 * when it is noncurrent, how many newer ones there are, whether a marker is alone) is carried from one page to the next.
 */
import {
  type CompiledLifecycle,
  type CompiledLifecycleRule,
  currentExpiry,
  type Expiry,
  markerExpiry,
  noncurrentExpiry,
} from '@needlestack/s3-protocol';
import type { ListedVersion } from '@needlestack/service-contracts';
import type { ExpiredObject } from './expired-object.ts';

export interface ExpirationView {
  readonly rules: CompiledLifecycle;
  readonly nowMs: number;
  readonly dayMs: number;
}

export class ExpirationPlanner {
  readonly #view: ExpirationView;
  /** The version before, of whatever key. */
  #before: ListedVersion | undefined;
  /** Noncurrent versions of the present key that were seen. */
  #noncurrent = 0;
  /** A current delete marker: whether it is alone is said by the next version. */
  #marker: ListedVersion | undefined;

  constructor(view: ExpirationView) {
    this.#view = view;
  }

  /** The next versions of the listing. */
  take(versions: readonly ListedVersion[]): ExpiredObject[] {
    const expired: ExpiredObject[] = [];
    for (const version of versions) {
      const isSameKey = this.#before?.key === version.key;
      if (!isSameKey) {
        this.#noncurrent = 0;
        this.#endMarker(expired);
      }
      this.#marker = undefined;
      if (version.isLatest) this.#takeLatest(version, expired);
      else if (isSameKey && this.#before !== undefined) this.#takeNoncurrent(version, this.#before, expired);
      this.#before = version;
    }
    return expired;
  }

  /** After the last version. */
  finish(): ExpiredObject[] {
    const expired: ExpiredObject[] = [];
    this.#endMarker(expired);
    return expired;
  }

  #takeLatest(version: ListedVersion, expired: ExpiredObject[]): void {
    if (version.isDeleteMarker) {
      this.#marker = version;
      return;
    }
    const { rules, dayMs } = this.#view;
    const expiry = currentExpiry(rules, version, dayMs);
    if (!this.#isDue(expiry)) return;
    expired.push({ ...seen(version, expiry.rule), condition: { ifUnchanged: unchanged(version) } });
  }

  #takeNoncurrent(version: ListedVersion, newer: ListedVersion, expired: ExpiredObject[]): void {
    const { rules, dayMs } = this.#view;
    const newerNoncurrent = this.#noncurrent;
    this.#noncurrent += 1;
    const facts = { ...version, noncurrentSinceMs: newer.lastModifiedMs, newerNoncurrent };
    const expiry = noncurrentExpiry(rules, facts, dayMs);
    if (!this.#isDue(expiry)) return;
    expired.push({
      ...seen(version, expiry.rule),
      versionId: version.versionId,
      condition: { ifUnchanged: unchanged(version), ifNoncurrent: true },
      newerNoncurrent: expiry.rule.newerNoncurrentVersions,
    });
  }

  #endMarker(expired: ExpiredObject[]): void {
    const marker = this.#marker;
    if (marker === undefined) return;
    this.#marker = undefined;
    const { rules, dayMs } = this.#view;
    const expiry = markerExpiry(rules, marker, dayMs);
    if (!this.#isDue(expiry)) return;
    expired.push({
      ...seen(marker, expiry.rule),
      versionId: marker.versionId,
      condition: { ifUnchanged: unchanged(marker), ifOnlyVersion: true },
      eventName: 'LifecycleDelMarkerExpiration:Delete',
    });
  }

  #isDue(expiry: Expiry | undefined): expiry is Expiry {
    return expiry !== undefined && expiry.dueMs <= this.#view.nowMs;
  }
}

const unchanged = ({ versionId, lastModifiedMs }: ListedVersion) => ({ versionId, lastModifiedMs });

const seen = ({ key }: ListedVersion, { filter }: CompiledLifecycleRule) => ({
  key,
  tags: filter.tags,
  newerNoncurrent: 0,
  eventName: 'LifecycleExpiration:Delete' as const,
});

/** Prefixes that hold every key of which a rule could speak: none lies under another one. In the order of key bytes. */
export const prefixesToScan = (rules: CompiledLifecycle): readonly string[] => {
  const sorted = [...new Set(rules.map(({ filter }) => filter.prefix))].sort((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  );
  const widest: string[] = [];
  for (const prefix of sorted) {
    const last = widest.at(-1);
    if (last === undefined || !prefix.startsWith(last)) widest.push(prefix);
  }
  return widest;
};
