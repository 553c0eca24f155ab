import type { Clock } from './ports.ts';

/** A client that keeps a connection: a filer, gateway, broker or shell. */
export interface ClusterMember {
  /** `filer`, `s3`, `broker`, `master`, ... */
  readonly type: string;
  readonly address: string;
  readonly version: string;
  readonly filerGroup: string;
  readonly dataCenter: string;
  readonly rack: string;
  readonly joinedAtMs: number;
}

export interface MemberChange {
  readonly member: ClusterMember;
  readonly isAdd: boolean;
}

/** Kinds of clients that others want to know of. */
const ANNOUNCED_TYPES: ReadonlySet<string> = new Set(['filer', 'broker', 's3']);

/** Who is connected now. Membership lives as long as the connection; an address may have several. */
export class ClusterMembers {
  readonly #clock: Clock;
  readonly #members = new Set<ClusterMember>();
  readonly #listeners = new Set<(change: MemberChange) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns how to leave. */
  join(info: Omit<ClusterMember, 'joinedAtMs'>): () => void {
    const member = { ...info, joinedAtMs: this.#clock.nowMs() };
    const isNew = !this.#isPresent(member);
    this.#members.add(member);
    if (isNew) this.#announce({ member, isAdd: true });
    return () => {
      if (this.#members.delete(member) && !this.#isPresent(member)) this.#announce({ member, isAdd: false });
    };
  }

  /** The first to join comes first; an address is listed once. */
  list(type: string, filerGroup: string): ClusterMember[] {
    const byAddress = new Map<string, ClusterMember>();
    for (const member of this.#members) {
      if (member.type !== type || member.filerGroup !== filerGroup || byAddress.has(member.address)) continue;
      byAddress.set(member.address, member);
    }
    return [...byAddress.values()];
  }

  onChange(listener: (change: MemberChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #isPresent({ type, address, filerGroup }: ClusterMember): boolean {
    return [...this.#members].some(
      (other) => other.type === type && other.address === address && other.filerGroup === filerGroup,
    );
  }

  #announce(change: MemberChange): void {
    if (!ANNOUNCED_TYPES.has(change.member.type)) return;
    for (const listener of this.#listeners) listener(change);
  }
}
