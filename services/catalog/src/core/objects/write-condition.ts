/** Conditions of writes and deletes (s3.md rules 27 and 28), checked on the version inside the commit. */
import {
  CatalogError,
  type DeleteCondition,
  type ObjectVersion,
  type WriteCondition,
} from '@needlestack/service-contracts';

export function preconditionFailed(condition: string, message: string): CatalogError {
  return new CatalogError('PreconditionFailed', message, { Condition: condition });
}

/**
 * `current` is undefined when there is none; a delete marker counts as none.
 * CatalogError `PreconditionFailed`, `NoSuchKey`, `ConditionalRequestConflict`.
 */
export function checkWriteCondition(
  condition: WriteCondition | undefined,
  key: string,
  current: ObjectVersion | undefined,
): void {
  if (condition === undefined) return;
  const existing = current === undefined || current.isDeleteMarker ? undefined : current;
  const { ifNoneMatch } = condition;
  if (ifNoneMatch !== undefined && existing !== undefined && (ifNoneMatch === '*' || ifNoneMatch === existing.etag))
    throw preconditionFailed('If-None-Match', 'an object is there already');
  if (condition.ifMatch === undefined) return;
  if (existing === undefined) {
    const details = { Key: key, Condition: 'If-Match' };
    if (condition.heldBefore === true)
      throw new CatalogError('ConditionalRequestConflict', 'the object was deleted meanwhile', details);
    throw new CatalogError('NoSuchKey', 'there is no object to match', details);
  }
  if (condition.ifMatch !== '*' && condition.ifMatch !== existing.etag)
    throw preconditionFailed('If-Match', `the object has another ETag: ${existing.etag}`);
}

/** What can be told from the version alone. CatalogError `PreconditionFailed`. What is not there cannot fail a condition. */
export function checkDeleteCondition(condition: DeleteCondition | undefined, version: ObjectVersion): void {
  if (condition === undefined) return;
  const { ifMatch, ifMatchSizeBytes, ifMatchLastModifiedMs, ifUnchanged } = condition;
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== version.etag)
    throw preconditionFailed('If-Match', `the object has another ETag: ${version.etag}`);
  if (ifMatchSizeBytes !== undefined && ifMatchSizeBytes !== version.sizeBytes)
    throw preconditionFailed('x-amz-if-match-size', `the object has ${version.sizeBytes} bytes`);
  // Clients know the time in whole seconds.
  if (
    ifMatchLastModifiedMs !== undefined &&
    Math.trunc(ifMatchLastModifiedMs / 1000) !== Math.trunc(version.lastModifiedMs / 1000)
  )
    throw preconditionFailed('x-amz-if-match-last-modified-time', 'the object was changed at another time');
  if (
    ifUnchanged !== undefined &&
    (ifUnchanged.versionId !== version.versionId || ifUnchanged.lastModifiedMs !== version.lastModifiedMs)
  )
    throw preconditionFailed('unchanged', `the version is another one: ${version.versionId}`);
}
