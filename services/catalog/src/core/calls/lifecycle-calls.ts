import { acquireLease } from '@needlestack/ordered-kv';
import { leaseKey } from '../keys.ts';
import {
  abortExpiredUpload,
  type DecidedBucket,
  type DeletedExpired,
  type DeleteExpiredRequest,
  deleteExpired,
} from '../lifecycle/delete-expired.ts';
import { type LifecycleCursor, readLifecycleCursor, writeLifecycleCursor } from '../lifecycle/lifecycle-cursor.ts';
import { LIFECYCLE_LEASE_MS } from '../limits.ts';
import type { Transactions } from '../transactions.ts';

/** What the lifecycle worker asks beside the contract. */
export interface LifecycleCalls {
  /** CatalogError `NoSuchBucket`, `SlowDown`, `ConditionalRequestConflict` when the bucket's configurations were changed since. */
  deleteExpired(request: DeleteExpiredRequest): Promise<DeletedExpired>;
  /** True when it was there. CatalogError as deleteExpired. */
  abortExpiredUpload(request: DecidedBucket & { readonly key: string; readonly uploadId: string }): Promise<boolean>;
  readLifecycleCursor(): Promise<LifecycleCursor | undefined>;
  writeLifecycleCursor(cursor: LifecycleCursor | undefined): Promise<void>;
  /** Takes or renews the right to be the one that acts; false while another process has it. */
  takeLifecycleLease(holder: string): Promise<boolean>;
}

const LEASE_NAME = 'lifecycle';

export function makeLifecycleCalls(transactions: Transactions): LifecycleCalls {
  return {
    deleteExpired: (request) => transactions.write((tx, context) => deleteExpired(tx, request, context)),
    abortExpiredUpload: (request) => transactions.write((tx, context) => abortExpiredUpload(tx, request, context)),
    readLifecycleCursor: () => transactions.read(readLifecycleCursor),
    writeLifecycleCursor: (cursor) => transactions.put((tx) => writeLifecycleCursor(tx, cursor)),
    takeLifecycleLease: async (holder) => {
      const lease = await transactions.write((tx, { nowMs }) =>
        acquireLease(tx, { key: leaseKey(LEASE_NAME), holder, ttlMs: LIFECYCLE_LEASE_MS, nowMs }),
      );
      return lease !== undefined;
    },
  };
}
