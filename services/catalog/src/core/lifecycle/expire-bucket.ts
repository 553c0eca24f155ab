/** One bucket's rules, followed once over all that they could speak of: versions first, then uploads. */
import { type CompiledLifecycle, uploadExpiry } from '@needlestack/s3-protocol';
import type { Bucket, CatalogPort, EventContext, ListedVersion } from '@needlestack/service-contracts';
import type { LifecycleCalls } from '../calls/lifecycle-calls.ts';
import type { CatalogEvents } from '../ports.ts';
import type { DecidedBucket } from './delete-expired.ts';
import type { ExpiredObject } from './expired-object.ts';
import { ExpirationPlanner, prefixesToScan } from './plan-expirations.ts';

export interface ExpireBucketJob {
  readonly catalog: Pick<CatalogPort, 'listObjectVersions' | 'listUploads'> &
    Pick<LifecycleCalls, 'deleteExpired' | 'abortExpiredUpload'>;
  readonly bucket: Bucket;
  readonly rules: CompiledLifecycle;
  readonly nowMs: number;
  readonly dayMs: number;
  readonly requestId: string;
  /** Versions or uploads that are read, and deleted, at once. */
  readonly pageEntries: number;
  /** Keys up to this one were done by an earlier walk. */
  readonly afterKey: string;
  readonly events: Pick<CatalogEvents, 'objectsExpired' | 'uploadsExpired'>;
  /** Called after each page; all keys up to this one are done. */
  readonly onProgress: (key: string) => Promise<void>;
  readonly signal: AbortSignal;
}

/** CatalogError `ConditionalRequestConflict` when the bucket's configurations were changed meanwhile: read them and go on. */
export async function expireBucket(job: ExpireBucketJob): Promise<void> {
  await expireVersions(job);
  if (job.rules.some(({ abortUploadDays }) => abortUploadDays !== undefined)) await expireUploads(job);
}

async function expireVersions(job: ExpireBucketJob): Promise<void> {
  const speaking = job.rules.filter(speaksOfVersions);
  for (const prefix of prefixesToScan(speaking)) {
    const isDone = !job.afterKey.startsWith(prefix) && compareKeys(prefix, job.afterKey) < 0;
    if (isDone) continue;
    await expirePrefix(job, prefix);
    if (job.signal.aborted) return;
  }
}

const speaksOfVersions = (rule: CompiledLifecycle[number]): boolean =>
  rule.expireDays !== undefined ||
  rule.expireAtMs !== undefined ||
  rule.removesExpiredMarkers ||
  rule.noncurrentDays !== undefined;

/** In the order of listings, which is that of bytes. */
const compareKeys = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

async function expirePrefix(job: ExpireBucketJob, prefix: string): Promise<void> {
  const planner = new ExpirationPlanner({ rules: job.rules, nowMs: job.nowMs, dayMs: job.dayMs });
  let keyMarker = job.afterKey.startsWith(prefix) ? job.afterKey : '';
  let versionIdMarker = '';
  while (!job.signal.aborted) {
    const page = await job.catalog.listObjectVersions({
      bucket: job.bucket.name,
      prefix,
      delimiter: '',
      keyMarker,
      versionIdMarker,
      maxKeys: job.pageEntries,
      withDetails: true,
    });
    await deleteAll(job, planner.take(page.versions));
    if (!page.isTruncated) {
      await deleteAll(job, planner.finish());
      return;
    }
    keyMarker = page.nextKeyMarker ?? '';
    versionIdMarker = page.nextVersionIdMarker ?? '';
    const done = lastWholeKey(page.versions);
    if (done !== undefined) await job.onProgress(done);
  }
}

/** The last key of which no more versions can follow: what stands at the end of a page may go on on the next one. */
const lastWholeKey = (versions: readonly ListedVersion[]): string | undefined => {
  const last = versions.at(-1)?.key;
  return versions.findLast(({ key }) => key !== last)?.key;
};

async function deleteAll(job: ExpireBucketJob, expired: readonly ExpiredObject[]): Promise<void> {
  for (const eventName of ['LifecycleExpiration:Delete', 'LifecycleDelMarkerExpiration:Delete'] as const) {
    const objects = expired.filter((object) => object.eventName === eventName);
    if (objects.length === 0) continue;
    const event = workerEvent(eventName, job.requestId);
    const { deleted, locked } = await job.catalog.deleteExpired({ ...decided(job), objects, event });
    job.events.objectsExpired(deleted, locked);
  }
}

async function expireUploads(job: ExpireBucketJob): Promise<void> {
  let keyMarker = '';
  let uploadIdMarker = '';
  while (!job.signal.aborted) {
    const page = await job.catalog.listUploads({
      bucket: job.bucket.name,
      prefix: '',
      delimiter: '',
      keyMarker,
      uploadIdMarker,
      maxUploads: job.pageEntries,
    });
    let aborted = 0;
    for (const upload of page.uploads) {
      const expiry = uploadExpiry(job.rules, upload, job.dayMs);
      if (expiry === undefined || expiry.dueMs > job.nowMs) continue;
      const { key, uploadId } = upload;
      if (await job.catalog.abortExpiredUpload({ ...decided(job), key, uploadId })) aborted += 1;
    }
    if (aborted > 0) job.events.uploadsExpired(aborted);
    if (!page.isTruncated) return;
    keyMarker = page.nextKeyMarker ?? '';
    uploadIdMarker = page.nextUploadIdMarker ?? '';
  }
}

const decided = ({ bucket }: ExpireBucketJob): DecidedBucket => ({
  bucket: bucket.name,
  bucketId: bucket.bucketId,
  configRevision: bucket.configRevision,
});

/** As AWS names the service that did it. */
const workerEvent = (eventName: string, requestId: string): EventContext => ({
  eventName,
  requestId,
  principalId: 's3.amazonaws.com',
  sourceIpAddress: 's3.amazonaws.com',
  userAgent: 's3.amazonaws.com',
});
