/** Names of log objects. */
import type { LoggingTarget } from '@needlestack/s3-protocol';

/** A bucket that is logged. */
export interface LogSource {
  readonly bucket: string;
  readonly accountId: string;
  readonly region: string;
}

/** Where the records of a source go. */
export interface LogDestination {
  readonly source: LogSource;
  readonly target: Pick<LoggingTarget, 'targetBucket' | 'targetPrefix' | 'keyFormat' | 'targetGrants'>;
}

const DAY_MS = 86_400_000;

/** Whether the records of an object must be of one day, which then stands in its key. */
export const isByEventDay = ({ target }: LogDestination): boolean =>
  target.keyFormat?.partitioned?.dateSource === 'EventTime';

/**
 * Simple: `prefixYYYY-MM-DD-hh-mm-ss-UNIQUE` of the delivery; partitioned: account, region, bucket and date as folders before it. By event
 * time the date is that of the records, without a time of day.
 *
 * @param unique a text that no other object of that second has
 */
export const nameLogObject = (
  destination: LogDestination,
  times: { readonly deliveryMs: number; readonly eventMs: number },
  unique: string,
): string => {
  const { source, target } = destination;
  const timeMs = isByEventDay(destination) ? Math.floor(times.eventMs / DAY_MS) * DAY_MS : times.deliveryMs;
  const iso = new Date(timeMs).toISOString();
  const name = `${iso.slice(0, 10)}-${iso.slice(11, 19).replaceAll(':', '-')}-${unique}`;
  if (target.keyFormat?.partitioned === undefined) return `${target.targetPrefix}${name}`;
  const folders = [source.accountId, source.region, source.bucket, ...iso.slice(0, 10).split('-')];
  return `${target.targetPrefix}${folders.join('/')}/${name}`;
};
