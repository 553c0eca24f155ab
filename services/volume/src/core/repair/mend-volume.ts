import { decodeNeedle, FormatError, type Needle } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { Clock } from '../ports.ts';
import type { BytePacer } from '../transfer/pace-bytes.ts';
import type { Volume } from '../volume/volume.ts';
import { CLOCK_SKEW_NS, decideNeedle, type KnownState, type NeedleDecision } from './decide-needle.ts';
import type { NeedleDigests } from './digest-needles.ts';
import { findDifferences } from './find-differences.ts';
import { listNeedleStates } from './list-needle-states.ts';
import { mendDeletedNeedle, mendWrittenNeedle } from './mend-needle.ts';
import { isSameContent, type NeedleState } from './needle-state.ts';
import type { CopyPeers, MendReport, RepairEvents } from './repair-ports.ts';

export interface MendParts {
  readonly peers: CopyPeers;
  readonly digests: NeedleDigests;
  readonly pacer: BytePacer;
  readonly events: RepairEvents;
  readonly clock: Clock;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** A difference counts when it is the same after this time: what is under way reaches the other copies by itself. */
  readonly settleMs: number;
}

export interface MendRequest {
  /** Compares the content of all needles, not only of what was appended lately. */
  readonly isDeep: boolean;
  /** Needles that a read here found damaged: comparisons of whole volumes do not look at data. */
  readonly damagedKeys: ReadonlySet<bigint>;
}

/** Without an agreement to go on from, content is compared from so long before the newest record here. */
const FIRST_LOOK_BACK_NS = 3_600_000_000_000n;
const KEYS_AT_ONCE = 1_000;

/**
 * Compares the copy of a volume here with those of all other holders, and mends the copy here. What the others lack they are asked to
 * take themselves.
 * @throws VolumeError `unreachable` when a holder does not answer, `io-error`, `read-only`, `no-space`
 */
export async function mendVolume(
  parts: MendParts,
  volume: Volume,
  { isDeep, damagedKeys }: MendRequest,
  signal: AbortSignal,
): Promise<MendReport> {
  const { peers, clock } = parts;
  const startedAtNs = clock.nowNs();
  const { comparable: addresses, foreign } = await peers.otherHolders(volume.volumeId, signal);
  const keys = new Set(damagedKeys);
  let hasMore = false;
  for (const address of addresses) {
    const sinceNs = volume.agreedAtNs ?? volume.queue.lastAppendAtNs - FIRST_LOOK_BACK_NS;
    const depth = { isDeep, sinceNs: sinceNs > 0n ? sinceNs : 0n };
    const found = await findDifferences(parts, volume, address, depth, signal);
    for (const key of found.keys) keys.add(key);
    hasMore ||= found.hasMore;
  }
  const outcome = await new CopyMending(parts, volume, addresses, signal).mend([...keys]);
  const missing = volume.copies - 1 - addresses.length - foreign.length;
  const openReason =
    missing > 0 ? `${missing} of ${volume.copies} copies are away` : hasMore ? 'there are more differences' : '';
  const isDone = outcome.isEqual && outcome.isSettled && openReason === '';
  const isPartial = foreign.length > 0;
  const incompleteReason =
    openReason === '' && isPartial ? `${foreign.length} copies are on servers that cannot compare` : openReason;
  // What has not been compared may lack anything: nothing is agreed upon.
  const equal = isDone && !isPartial;
  if (equal) volume.agreedAtNs = startedAtNs - CLOCK_SKEW_NS;
  for (const address of outcome.behind) await peers.mend(address, volume.volumeId, signal);
  const { written, deleted, undecided } = outcome;
  const isDispensable = outcome.behind.size === 0 && undecided.length === 0 && outcome.isSettled && !hasMore;
  return { written, deleted, undecided, equal, isDone, isDispensable, replaced: false, incompleteReason };
}

/** One needle, as all holders know it. */
interface Look {
  readonly own: KnownState;
  readonly others: readonly KnownState[];
}

/** What is done about the needles in which copies differ. */
class CopyMending {
  written = 0;
  deleted = 0;
  readonly undecided: bigint[] = [];
  readonly behind = new Set<string>();
  isEqual = true;
  /** Nothing changed while it was looked at. */
  isSettled = true;
  readonly #parts: MendParts;
  readonly #volume: Volume;
  readonly #addresses: readonly string[];
  readonly #signal: AbortSignal;

  constructor(parts: MendParts, volume: Volume, addresses: readonly string[], signal: AbortSignal) {
    this.#parts = parts;
    this.#volume = volume;
    this.#addresses = addresses;
    this.#signal = signal;
  }

  async mend(keys: readonly bigint[]): Promise<this> {
    for (let at = 0; at < keys.length; at += KEYS_AT_ONCE) {
      const some = new Set(keys.slice(at, at + KEYS_AT_ONCE));
      const before = await this.#look(some);
      await this.#parts.pause(this.#parts.settleMs, this.#signal);
      const after = await this.#look(some);
      for (const key of some) {
        const look = after(key);
        if (isSameLook(before(key), look)) await this.#mendOne(key, look);
        else this.isSettled = false;
      }
    }
    return this;
  }

  async #look(keys: ReadonlySet<bigint>): Promise<(key: bigint) => Look> {
    const { peers, pacer } = this.#parts;
    const { volumeId } = this.#volume;
    const selection = { kind: 'keys', keys } as const;
    const own = await collect(listNeedleStates(this.#volume, selection, pacer, this.#signal));
    const others: Map<bigint, NeedleState>[] = [];
    for (const address of this.#addresses) {
      others.push(await collect(peers.list(address, volumeId, selection, this.#signal)));
    }
    return (key) => ({ own: own.get(key), others: others.map((states) => states.get(key)) });
  }

  async #mendOne(key: bigint, { own, others }: Look): Promise<void> {
    const decision = decideNeedle(own, others, this.#volume.deletionsForgottenBeforeNs);
    if (decision.kind !== 'keep') this.isEqual = false;
    for (const [at, address] of this.#addresses.entries()) {
      const rest = [own, ...others.filter((_, other) => other !== at)];
      const theirs = decideNeedle(others[at], rest, 0n);
      if (theirs.kind === 'keep') continue;
      this.isEqual = false;
      if (theirs.kind !== 'undecided') this.behind.add(address);
    }
    await this.#apply(key, own, others, decision);
  }

  async #apply(key: bigint, own: KnownState, others: readonly KnownState[], decision: NeedleDecision): Promise<void> {
    // A volume that is damaged as a whole takes no records: it is replaced once the others have what it alone has.
    if (this.#volume.state === 'damaged' && decision.kind !== 'undecided') return;
    const replaces = own === undefined || own.kind === 'deleted' ? 0 : own.offsetBytes;
    const { events } = this.#parts;
    const { volumeId } = this.#volume;
    switch (decision.kind) {
      case 'keep':
        return;
      case 'undecided':
        this.undecided.push(key);
        return;
      case 'delete':
        if (!(await mendDeletedNeedle(this.#volume, key, decision.as, replaces))) return;
        this.deleted += 1;
        events.needleMended(volumeId, key, 'deleted', this.#holderOf(others, decision.as));
        return;
      case 'write': {
        const found = await this.#fetch(others, decision.from);
        if (found === undefined) {
          this.undecided.push(key);
          return;
        }
        if (!(await mendWrittenNeedle(this.#volume, key, found.needle, replaces))) return;
        this.written += 1;
        events.needleMended(volumeId, key, 'written', found.address);
      }
    }
  }

  /** The content from the first holder that has it whole. */
  async #fetch(
    others: readonly KnownState[],
    wanted: NeedleState,
  ): Promise<{ readonly needle: Needle; readonly address: string } | undefined> {
    const { peers, pacer } = this.#parts;
    const { volumeId, opened } = this.#volume;
    for (const [at, address] of this.#addresses.entries()) {
      const state = others[at];
      if (state?.kind !== 'live' || !isSameContent(state, wanted)) continue;
      await pacer.pass(state.sizeBytes, this.#signal);
      const record = await peers.readRecord(address, volumeId, state, this.#signal).catch(ignoreRefusal);
      if (record === undefined) continue;
      const needle = decodeIntact(record, opened.superblock.version);
      if (needle?.cookie === wanted.cookie && needle.checksum === wanted.checksum) return { needle, address };
    }
    return undefined;
  }

  #holderOf(others: readonly KnownState[], state: NeedleState): string {
    return this.#addresses[others.indexOf(state)] ?? '';
  }
}

/** The last state of each needle. */
async function collect(states: AsyncIterable<NeedleState>): Promise<Map<bigint, NeedleState>> {
  const found = new Map<bigint, NeedleState>();
  for await (const state of states) found.set(state.key, state);
  return found;
}

function isSameLook(a: Look, b: Look): boolean {
  return isSameState(a.own, b.own) && a.others.every((state, at) => isSameState(state, b.others[at]));
}

function isSameState(a: KnownState, b: KnownState): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.kind === b.kind && a.offsetBytes === b.offsetBytes && a.appendAtNs === b.appendAtNs && isSameContent(a, b);
}

/** Undefined for a record that is damaged. */
function decodeIntact(record: Buffer, version: 1 | 2 | 3): Needle | undefined {
  try {
    return decodeNeedle(record, version);
  } catch (error) {
    if (error instanceof FormatError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A holder that cannot give the record: another one may. */
function ignoreRefusal(error: unknown): undefined {
  if (error instanceof VolumeError) return undefined;
  throw error;
}
