import type { CatalogPort } from '@needlestack/service-contracts';
import {
  deleteIdentity,
  getIdentity,
  type IdentitySealer,
  listIdentities,
  putIdentity,
} from '../identities/identities.ts';
import type { Transactions } from '../transactions.ts';

type IdentityCalls = Pick<CatalogPort, 'getIdentity' | 'putIdentity' | 'deleteIdentity' | 'listIdentities'>;

export function makeIdentityCalls(transactions: Transactions, sealer: IdentitySealer): IdentityCalls {
  return {
    getIdentity: (accessKeyId) => transactions.read((tx) => getIdentity(tx, accessKeyId, sealer)),
    putIdentity: (identity) => transactions.put((tx) => putIdentity(tx, identity, sealer)),
    deleteIdentity: (accessKeyId) => transactions.put((tx) => deleteIdentity(tx, accessKeyId)),
    listIdentities: (request) => transactions.read((tx) => listIdentities(tx, request, sealer)),
  };
}
