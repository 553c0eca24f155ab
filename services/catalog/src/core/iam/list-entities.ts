import { type KvProgram, type KvReader, keyAfter } from '@needlestack/ordered-kv';
import {
  IAM_KINDS,
  type IamAnswers,
  type IamEntity,
  type IamQuestions,
  type IamUser,
} from '@needlestack/service-contracts';
import { decodeIamRecord } from '../codec/iam-record.ts';
import { PAGE_ENTRIES_MAX, WALK_ROWS_MAX } from '../limits.ts';
import { iamEntitiesRange, iamEntityKey } from './iam-keys.ts';

/** In the order of names in lower case. */
export function* listEntities(
  tx: KvReader,
  { accountId, kind, startAfter, max }: IamQuestions['entities'],
): KvProgram<IamAnswers['entities']> {
  const code = IAM_KINDS.indexOf(kind);
  const range = iamEntitiesRange(accountId, code);
  const start = startAfter === '' ? range.start : keyAfter(iamEntityKey(accountId, code, startAfter));
  const limit = Math.max(1, Math.min(max, PAGE_ENTRIES_MAX));
  const page = yield* tx.scanDecoded({ ...range, start, limit }, (_key, row) => decodeIamRecord<IamEntity>(row));
  return { entities: page.rows, isTruncated: page.hasMore };
}

/** All users of an account that are such. */
export function* usersOf(tx: KvReader, accountId: string, isWanted: (user: IamUser) => boolean): KvProgram<IamUser[]> {
  const found: IamUser[] = [];
  let startAfter = '';
  for (;;) {
    const page = yield* listEntities(tx, { accountId, kind: 'user', startAfter, max: WALK_ROWS_MAX });
    for (const entity of page.entities) if (entity.kind === 'user' && isWanted(entity)) found.push(entity);
    if (!page.isTruncated) return found;
    startAfter = page.entities.at(-1)?.name ?? '';
  }
}
