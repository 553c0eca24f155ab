import { ADMIN_LOCK_MS, ADMIN_LOCKS_MAX } from './limits.ts';
import { MasterError } from './master-error.ts';
import type { Clock, Random } from './ports.ts';

/** What a holder must show to renew or release. */
export interface LockToken {
  readonly token: bigint;
  /** Nanoseconds since the epoch. */
  readonly lockedAtNs: bigint;
}

export interface LockRequest {
  readonly name: string;
  readonly client: string;
  readonly message: string;
  readonly previous: LockToken;
}

interface HeldLock extends LockToken {
  readonly client: string;
  readonly message: string;
  readonly expiresAtMs: number;
}

/** Named locks for administrators, held by renewing. Gone when the master restarts: every holder finds out at its next renewal. */
export class AdminLocks {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #locks = new Map<string, HeldLock>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  /** @throws MasterError `locked` while another holds it */
  lease({ name, client, message, previous }: LockRequest): LockToken {
    const held = this.find(name);
    if (held !== undefined && !isSame(held, previous)) {
      throw new MasterError('locked', `already locked by ${held.client}: ${held.message}`);
    }
    if (held === undefined && this.#locks.size >= ADMIN_LOCKS_MAX) this.#dropExpired();
    const nowMs = this.#clock.nowMs();
    const token: LockToken = {
      token: (BigInt(this.#random.uint32() & 0x7fff_ffff) << 32n) | BigInt(this.#random.uint32()),
      lockedAtNs: BigInt(Math.floor(nowMs)) * 1_000_000n,
    };
    this.#locks.set(name, { ...token, client, message, expiresAtMs: nowMs + ADMIN_LOCK_MS });
    return token;
  }

  /** Releases when the token is the holder's; anything else is silently fine. */
  release(name: string, previous: LockToken): void {
    const held = this.#locks.get(name);
    if (held !== undefined && isSame(held, previous)) this.#locks.delete(name);
  }

  find(
    name: string,
  ):
    | { readonly client: string; readonly message: string; readonly token: bigint; readonly lockedAtNs: bigint }
    | undefined {
    const held = this.#locks.get(name);
    return held !== undefined && held.expiresAtMs > this.#clock.nowMs() ? held : undefined;
  }

  #dropExpired(): void {
    for (const name of this.#locks.keys()) if (this.find(name) === undefined) this.#locks.delete(name);
    if (this.#locks.size >= ADMIN_LOCKS_MAX) throw new MasterError('locked', `${ADMIN_LOCKS_MAX} locks are held`);
  }
}

const isSame = (a: LockToken, b: LockToken): boolean => a.token === b.token && a.lockedAtNs === b.lockedAtNs;
