/** Conditions on a version that is read or renamed (s3.md rule 26). Times are compared in whole seconds, as clients know them. */
import type { ObjectVersion, ReadCondition } from '@needlestack/service-contracts';
import { preconditionFailed } from './write-condition.ts';

const secondsOf = (ms: number): number => Math.trunc(ms / 1000);

/** Of the source of a rename, where all that fails is `PreconditionFailed`. An ETag that matches silences the time beside it. */
export function checkSourceCondition(condition: ReadCondition | undefined, version: ObjectVersion): void {
  if (condition === undefined) return;
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = condition;
  if (ifMatch !== undefined && !matches(ifMatch, version))
    throw preconditionFailed('If-Match', `the object has another ETag: ${version.etag}`);
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, version))
    throw preconditionFailed('If-None-Match', 'the object has this ETag');
  checkTimes(
    {
      ...(ifNoneMatch === undefined && ifModifiedSinceMs !== undefined ? { ifModifiedSinceMs } : {}),
      ...(ifMatch === undefined && ifUnmodifiedSinceMs !== undefined ? { ifUnmodifiedSinceMs } : {}),
    },
    version,
  );
}

type TimeCondition = Pick<ReadCondition, 'ifModifiedSinceMs' | 'ifUnmodifiedSinceMs'>;

/** Of the object that is overwritten; what is not there was not modified. CatalogError `PreconditionFailed`. */
export function checkModifiedCondition(condition: TimeCondition | undefined, version: ObjectVersion | undefined): void {
  if (condition === undefined) return;
  if (version !== undefined) checkTimes(condition, version);
  else if (condition.ifModifiedSinceMs !== undefined)
    throw preconditionFailed('If-Modified-Since', 'there is no object that was modified');
}

function checkTimes({ ifModifiedSinceMs, ifUnmodifiedSinceMs }: TimeCondition, version: ObjectVersion): void {
  const changed = secondsOf(version.lastModifiedMs);
  if (ifModifiedSinceMs !== undefined && changed <= secondsOf(ifModifiedSinceMs))
    throw preconditionFailed('If-Modified-Since', 'the object was not modified since');
  if (ifUnmodifiedSinceMs !== undefined && changed > secondsOf(ifUnmodifiedSinceMs))
    throw preconditionFailed('If-Unmodified-Since', 'the object was modified since');
}

const matches = (etag: string, version: ObjectVersion): boolean => etag === '*' || etag === version.etag;
