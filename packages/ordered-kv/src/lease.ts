/**
 * Leases: at most one holder of a name at a time, told apart by a fencing token that rises with each new holder. Whoever
 * acts under a lease hands its token on, and the resource refuses a token lower than one it has seen.
 *
 * Row layout (version 1): u8 version | u64 token | u64 expires at, ms | holder, UTF-8
 */
import type { KvProgram, KvTransaction } from './ordered-kv.ts';

const VERSION = 1;
const HEADER_BYTES = 17;

export interface LeaseRequest {
  /** The lease's own key; nothing else may lie there. */
  readonly key: Uint8Array;
  /** Names the process that asks; the same holder renews. */
  readonly holder: string;
  readonly ttlMs: number;
  readonly nowMs: number;
}

export interface Lease {
  readonly holder: string;
  readonly token: bigint;
  readonly expiresAtMs: number;
}

function decodeLease(row: Buffer): Lease {
  if (row.length < HEADER_BYTES || row[0] !== VERSION)
    throw new Error(`lease row of ${row.length} bytes, version ${row[0] ?? 'none'}: expected version ${VERSION}`);
  return {
    token: row.readBigUInt64BE(1),
    expiresAtMs: Number(row.readBigUInt64BE(9)),
    holder: row.toString('utf8', HEADER_BYTES),
  };
}

function encodeLease(lease: Lease): Buffer {
  const holder = Buffer.from(lease.holder, 'utf8');
  const row = Buffer.allocUnsafe(HEADER_BYTES + holder.length);
  row[0] = VERSION;
  row.writeBigUInt64BE(lease.token, 1);
  row.writeBigUInt64BE(BigInt(Math.trunc(lease.expiresAtMs)), 9);
  holder.copy(row, HEADER_BYTES);
  return row;
}

/** Takes or renews the lease. Undefined while another holder's has not run out. A renewal keeps its token. */
export function* acquireLease(tx: KvTransaction, request: LeaseRequest): KvProgram<Lease | undefined> {
  const row = yield* tx.get(request.key);
  const current = row === undefined ? undefined : decodeLease(row);
  const isLive = current !== undefined && current.expiresAtMs > request.nowMs;
  if (isLive && current.holder !== request.holder) return undefined;
  const lease = {
    holder: request.holder,
    token: isLive ? current.token : (current?.token ?? 0n) + 1n,
    expiresAtMs: request.nowMs + request.ttlMs,
  };
  tx.put(request.key, encodeLease(lease));
  return lease;
}

/** Gives the lease back if it is still this holder's with this token. The token is remembered, so the next is higher. */
export function* releaseLease(
  tx: KvTransaction,
  request: Pick<LeaseRequest, 'key' | 'holder'> & { readonly token: bigint },
): KvProgram<boolean> {
  const row = yield* tx.get(request.key);
  if (row === undefined) return false;
  const current = decodeLease(row);
  if (current.holder !== request.holder || current.token !== request.token) return false;
  tx.put(request.key, encodeLease({ ...current, expiresAtMs: 0 }));
  return true;
}
