import { LIMITS } from '../limits.ts';
import type { Volume } from '../volume/volume.ts';
import { bucketOf, differingBuckets, type NeedleDigests } from './digest-needles.ts';
import { describeRow, type NeedleSelection } from './list-needle-states.ts';
import { isSameContent, type NeedleState } from './needle-state.ts';
import type { CopyPeers } from './repair-ports.ts';

/** How far back and how deep copies are compared. */
export interface ComparisonDepth {
  /** Content is compared for needles that another holder appended after this time. */
  readonly sinceNs: bigint;
  /** Compares the content of all needles. */
  readonly isDeep: boolean;
}

export interface Differences {
  /** Needles that are not the same here and there, as far as they were looked at. */
  readonly keys: ReadonlySet<bigint>;
  /** There were more than are mended at once. */
  readonly hasMore: boolean;
}

interface Parts {
  readonly peers: CopyPeers;
  readonly digests: NeedleDigests;
}

/**
 * Compares the copy here with that of another holder. What is under way at both may show as a difference.
 * @throws VolumeError `unreachable`, `io-error`
 */
export async function findDifferences(
  { peers, digests }: Parts,
  volume: Volume,
  address: string,
  { sinceNs, isDeep }: ComparisonDepth,
  signal: AbortSignal,
): Promise<Differences> {
  const keys = new Set<bigint>();
  const isFull = (): boolean => keys.size >= LIMITS.mendedNeedles;
  const compare = async (selection: NeedleSelection, seen?: Set<bigint>): Promise<void> => {
    const compareAll = async (states: readonly NeedleState[]): Promise<void> => {
      const same = await Promise.all(states.map((state) => isSameHere(volume, state)));
      for (const [at, { key }] of states.entries()) if (same[at] === false) keys.add(key);
    };
    let states: NeedleState[] = [];
    for await (const state of peers.list(address, volume.volumeId, selection, signal)) {
      if (state.kind !== 'deleted') seen?.add(state.key);
      states.push(state);
      if (states.length < LIMITS.describedNeedles) continue;
      await compareAll(states);
      states = [];
      if (isFull()) return;
    }
    await compareAll(states);
  };
  if (!isDeep) await compare({ kind: 'since', sinceNs });
  const other = await peers.digest(address, volume.volumeId, signal);
  const own = await digests.of(volume.opened, signal);
  const buckets = isDeep ? differingBuckets(own, Buffer.alloc(0)) : differingBuckets(own, other.digests);
  for (let at = 0; at < buckets.length && !isFull(); at += LIMITS.comparedBuckets) {
    const some = new Set(buckets.slice(at, at + LIMITS.comparedBuckets));
    const seen = new Set<bigint>();
    await compare({ kind: 'buckets', buckets: some }, seen);
    for (const key of await liveKeysIn(volume, some, signal)) if (!seen.has(key) && !isFull()) keys.add(key);
  }
  return { keys, hasMore: isFull() };
}

/** Whether nothing has to be looked at more closely. A deletion there of what is not here, or not here any more, is no difference. */
async function isSameHere({ opened }: Volume, state: NeedleState): Promise<boolean> {
  const entry = opened.index.get(state.key);
  const isLive = entry !== undefined && entry.sizeBytes >= 0;
  if (!isLive || state.kind === 'deleted') return isLive === (state.kind !== 'deleted');
  const own = await describeRow(opened, { id: state.key, ...entry });
  return own.kind === 'live' && state.kind === 'live' && isSameContent(own, state);
}

async function liveKeysIn({ opened }: Volume, buckets: ReadonlySet<number>, signal: AbortSignal): Promise<bigint[]> {
  const found: bigint[] = [];
  let looked = 0;
  for (const [key, { sizeBytes }] of opened.index.entries()) {
    looked += 1;
    if (looked % LIMITS.describedRows === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
    if (sizeBytes >= 0 && buckets.has(bucketOf(key))) found.push(key);
  }
  return found;
}
