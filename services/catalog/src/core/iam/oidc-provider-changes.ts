import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { IamChangeOf, IamEntity } from '@needlestack/service-contracts';
import { CLIENT_IDS_MAX, THUMBPRINTS_MAX } from './iam-limits.ts';
import { limitExceeded } from './iam-refusals.ts';
import { putEntity, requireEntity } from './iam-rows.ts';

/** Adding an id that is there, and removing one that is not, is no error. */
export function* changeClientId(
  tx: KvTransaction,
  { change, accountId, name, clientId }: IamChangeOf<'add-client-id' | 'remove-client-id'>,
): KvProgram<IamEntity> {
  const provider = yield* requireEntity(tx, accountId, 'oidc-provider', name);
  const others = provider.clientIds.filter((each) => each !== clientId);
  const clientIds = change === 'add-client-id' ? [...others, clientId] : others;
  if (clientIds.length > CLIENT_IDS_MAX) throw limitExceeded('ClientIdsPerOpenIDConnectProvider', CLIENT_IDS_MAX);
  return putEntity(tx, { ...provider, clientIds });
}

export function* setThumbprints(
  tx: KvTransaction,
  { accountId, name, thumbprints }: IamChangeOf<'set-thumbprints'>,
): KvProgram<IamEntity> {
  const provider = yield* requireEntity(tx, accountId, 'oidc-provider', name);
  if (thumbprints.length > THUMBPRINTS_MAX) throw limitExceeded('ThumbprintsPerOpenIDConnectProvider', THUMBPRINTS_MAX);
  return putEntity(tx, { ...provider, thumbprints });
}
