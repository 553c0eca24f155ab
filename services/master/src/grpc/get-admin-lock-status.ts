import type { GetAdminLockStatusRequest, GetAdminLockStatusResponseInit } from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';

export const getAdminLockStatus =
  (master: Master) =>
  (request: GetAdminLockStatusRequest): GetAdminLockStatusResponseInit => {
    const held = master.locks.find(request.lock_name);
    if (held === undefined) return { is_locked: false };
    return { is_locked: true, client_name: held.client, message: held.message };
  };
