import type { ReleaseAdminTokenRequest, ReleaseAdminTokenResponseInit } from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';

export const releaseAdminToken =
  (master: Master) =>
  (request: ReleaseAdminTokenRequest): ReleaseAdminTokenResponseInit => {
    master.locks.release(request.lock_name, {
      token: BigInt(request.previous_token),
      lockedAtNs: BigInt(request.previous_lock_time),
    });
    return {};
  };
