import type { LeaseAdminTokenRequest, LeaseAdminTokenResponseInit } from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';

export const leaseAdminToken =
  (master: Master) =>
  (request: LeaseAdminTokenRequest): LeaseAdminTokenResponseInit => {
    const { token, lockedAtNs } = master.locks.lease({
      name: request.lock_name,
      client: request.client_name,
      message: request.message,
      previous: { token: BigInt(request.previous_token), lockedAtNs: BigInt(request.previous_lock_time) },
    });
    return { token, lock_ts_ns: lockedAtNs };
  };
