import type * as wire from '@needlestack/rpc/wire/needlestack-catalog';
import type { IdentityRecord } from '../catalog-api.ts';

export function identityToWire(identity: IdentityRecord): wire.IdentityInit {
  return {
    access_key_id: identity.accessKeyId,
    secret_access_key: identity.secretAccessKey,
    account_id: identity.accountId,
    display_name: identity.displayName,
    actions: identity.actions,
  };
}

export function identityFromWire(identity: wire.Identity): IdentityRecord {
  return {
    accessKeyId: identity.access_key_id,
    secretAccessKey: identity.secret_access_key,
    accountId: identity.account_id,
    displayName: identity.display_name,
    actions: identity.actions,
  };
}
