import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { IamChangeOf, IamEntity, IamTags } from '@needlestack/service-contracts';
import { IAM_TAGS_MAX } from './iam-limits.ts';
import { limitExceeded } from './iam-refusals.ts';
import { putEntity, requireEntity } from './iam-rows.ts';

/** @throws CatalogError `LimitExceeded` */
export function checkTags(tags: IamTags): void {
  if (Object.keys(tags).length > IAM_TAGS_MAX) throw limitExceeded('TagsPerResource', IAM_TAGS_MAX);
}

export function* tagEntity(
  tx: KvTransaction,
  { accountId, kind, name, tags: added }: IamChangeOf<'tag'>,
): KvProgram<IamEntity> {
  const entity: IamEntity = yield* requireEntity(tx, accountId, kind, name);
  const tags = { ...entity.tags, ...added };
  checkTags(tags);
  return putEntity(tx, { ...entity, tags });
}

export function* untagEntity(
  tx: KvTransaction,
  { accountId, kind, name, tagKeys }: IamChangeOf<'untag'>,
): KvProgram<IamEntity> {
  const entity: IamEntity = yield* requireEntity(tx, accountId, kind, name);
  const tags = Object.fromEntries(Object.entries(entity.tags).filter(([key]) => !tagKeys.includes(key)));
  return putEntity(tx, { ...entity, tags });
}
