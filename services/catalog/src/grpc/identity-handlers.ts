import type { ServiceHandlers } from '@needlestack/rpc';
import type { Catalog as CatalogWire } from '@needlestack/rpc/wire/needlestack-catalog';
import { identityFromWire, identityToWire } from '@needlestack/service-contracts/catalog/identity-wire';
import type { Catalog } from '../core/catalog.ts';
import { refuseInRpc } from './refuse-in-rpc.ts';

export function makeIdentityHandlers(catalog: Catalog): ServiceHandlers<CatalogWire> {
  return {
    GetIdentity: ({ access_key_id: accessKeyId }) =>
      refuseInRpc(async () => {
        const identity = await catalog.getIdentity(accessKeyId);
        return { identity: identity === undefined ? undefined : identityToWire(identity) };
      }),
    PutIdentity: (identity) =>
      refuseInRpc(async () => {
        await catalog.putIdentity(identityFromWire(identity));
        return {};
      }),
    DeleteIdentity: ({ access_key_id: accessKeyId }) =>
      refuseInRpc(async () => {
        await catalog.deleteIdentity(accessKeyId);
        return {};
      }),
    ListIdentities: ({ start_after: startAfter, max }) =>
      refuseInRpc(async () => {
        const identities = await catalog.listIdentities({ startAfter, max });
        return { identities: identities.map(identityToWire) };
      }),
  };
}
