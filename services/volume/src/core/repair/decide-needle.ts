import { isDeletionOf, isSameContent, type NeedleState } from './needle-state.ts';

/*
 * What one holder should do about a needle, given what all holders know of it. The last writer wins, by append times, with three cares:
 *
 * - Clocks differ, and a needle that was carried over has a later time than it was written at. So a content counts from the earliest time
 *   that any holder has for it, and a deletion that names this very content wins although it seems a little older.
 * - A compaction forgets deletions. A holder without any row may have deleted the needle: it takes it only when it would still remember.
 * - Nothing protects a cookie: the same data under two cookies at about the same time is damage of one of them, and does not spread.
 * - Damage is no knowledge: a damaged record is replaced by the same content, or by what is certainly newer, never by something older.
 */

/** What a holder that has been asked answers; undefined when it has no row of the needle. */
export type KnownState = NeedleState | undefined;

export type NeedleDecision =
  | { readonly kind: 'keep' }
  | { readonly kind: 'write'; readonly from: NeedleState }
  | { readonly kind: 'delete'; readonly as: NeedleState }
  /** The holders contradict each other, and nothing tells who is right. */
  | { readonly kind: 'undecided' };

/** How far clocks of different servers may be apart. */
export const CLOCK_SKEW_NS = 120_000_000_000n;

const KEEP: NeedleDecision = { kind: 'keep' };
const UNDECIDED: NeedleDecision = { kind: 'undecided' };

/**
 * @param own what the holder that decides knows
 * @param others what the others know
 * @param forgottenBeforeNs deletions older than that it may have forgotten; 0 when it remembers all
 */
export function decideNeedle(
  own: KnownState,
  others: readonly KnownState[],
  forgottenBeforeNs: bigint,
): NeedleDecision {
  const known = [own, ...others].filter((state) => state !== undefined);
  const live = newestContent(known.filter(({ kind }) => kind === 'live'));
  const deletion = newestDeletion(known.filter(({ kind }) => kind === 'deleted'));
  if (live === 'undecided') return deletion === undefined ? UNDECIDED : KEEP;
  if (live === undefined) return decideWithoutContent(own, deletion);
  if (deletion !== undefined && isDeleted(live, deletion)) {
    return own === undefined || own.kind === 'deleted' ? KEEP : { kind: 'delete', as: deletion };
  }
  if (own === undefined) {
    const mayHaveForgotten = forgottenBeforeNs > 0n && live.appendAtNs <= forgottenBeforeNs + CLOCK_SKEW_NS;
    return mayHaveForgotten ? UNDECIDED : { kind: 'write', from: live };
  }
  if (own.kind === 'damaged') return isReplacement(own, live) ? { kind: 'write', from: live } : UNDECIDED;
  return own.kind === 'live' && isSameContent(own, live) ? KEEP : { kind: 'write', from: live };
}

/** Nobody has the content: a deletion elsewhere ends what is damaged here, unless that is a later write. */
function decideWithoutContent(own: KnownState, deletion: NeedleState | undefined): NeedleDecision {
  if (own?.kind !== 'damaged') return KEEP;
  if (deletion === undefined) return UNDECIDED;
  return isDeleted(own, deletion) ? { kind: 'delete', as: deletion } : UNDECIDED;
}

/** The content that was written last, with the earliest time that a holder has for it. */
function newestContent(states: readonly NeedleState[]): NeedleState | 'undecided' | undefined {
  const contents: NeedleState[] = [];
  for (const state of states) {
    const at = contents.findIndex((content) => isSameContent(content, state));
    const known = contents[at];
    if (known === undefined) contents.push(state);
    else if (state.appendAtNs < known.appendAtNs) contents[at] = state;
  }
  const [first, ...rest] = contents;
  if (first === undefined || rest.length === 0) return first;
  if (contents.some((content) => contents.some((other) => isDoubtful(content, other)))) return 'undecided';
  // Without times nothing tells which of two contents is the later one.
  if (contents.some(({ appendAtNs }) => appendAtNs === 0n)) return 'undecided';
  return rest.reduce((newest, content) => (isLater(content, newest) ? content : newest), first);
}

/** The same data at the same time under different cookies. */
function isDoubtful(a: NeedleState, b: NeedleState): boolean {
  if (a.cookie === b.cookie || a.checksum !== b.checksum || a.sizeBytes !== b.sizeBytes) return false;
  const apartNs = a.appendAtNs - b.appendAtNs;
  return apartNs <= CLOCK_SKEW_NS && apartNs >= -CLOCK_SKEW_NS;
}

/** In the order of their times; every holder must break a tie in the same way. */
function isLater(a: NeedleState, b: NeedleState): boolean {
  if (a.appendAtNs !== b.appendAtNs) return a.appendAtNs > b.appendAtNs;
  return a.checksum !== b.checksum ? a.checksum > b.checksum : a.cookie > b.cookie;
}

function newestDeletion(states: readonly NeedleState[]): NeedleState | undefined {
  const [first, ...rest] = states;
  if (first === undefined) return undefined;
  return rest.reduce((newest, state) => (state.appendAtNs > newest.appendAtNs ? state : newest), first);
}

function isDeleted(live: NeedleState, deletion: NeedleState): boolean {
  if (deletion.appendAtNs === 0n || deletion.appendAtNs >= live.appendAtNs) return true;
  return isDeletionOf(deletion, live) && live.appendAtNs - deletion.appendAtNs <= CLOCK_SKEW_NS;
}

/** Whether the content may stand where the record is damaged. */
function isReplacement(damaged: NeedleState, live: NeedleState): boolean {
  if (damaged.appendAtNs > 0n && live.appendAtNs > damaged.appendAtNs + CLOCK_SKEW_NS) return true;
  if (damaged.sizeBytes !== live.sizeBytes) return false;
  if (damaged.checksum === live.checksum || damaged.appendAtNs === 0n) return true;
  const apartNs = damaged.appendAtNs - live.appendAtNs;
  return apartNs <= CLOCK_SKEW_NS && apartNs >= -CLOCK_SKEW_NS;
}
