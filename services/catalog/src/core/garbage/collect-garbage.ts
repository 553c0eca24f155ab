import type { GarbageEntry } from '@needlestack/service-contracts';
import type { GarbageCalls } from '../calls/garbage-calls.ts';
import type { CatalogEvents, NeedleDeleter } from '../ports.ts';

export interface CollectGarbageParts {
  readonly catalog: Pick<GarbageCalls, 'listGarbagePage' | 'forgetGarbage'>;
  readonly deleter: NeedleDeleter;
  readonly events: Pick<CatalogEvents, 'garbageCollected' | 'garbageKept'>;
  /** Entries that became garbage at this time or before. */
  readonly untilMs: number;
  /** Entries of one round trip. */
  readonly entriesMax: number;
}

/**
 * One pass over the garbage list: needles are deleted where they lie, and an entry is forgotten only when all of its
 * needles are gone. What cannot be deleted now stays for the next pass. A crash in between repeats deletions, which is harmless.
 */
export async function collectGarbage(parts: CollectGarbageParts, signal: AbortSignal): Promise<void> {
  const { catalog, deleter, events, untilMs, entriesMax } = parts;
  let afterGarbageId: string | undefined;
  while (!signal.aborted) {
    const entries = await catalog.listGarbagePage({
      maxEntries: entriesMax,
      untilMs,
      ...(afterGarbageId === undefined ? {} : { afterGarbageId }),
    });
    if (entries.length === 0) return;
    const chunks = entries.flatMap((entry) => entry.chunks);
    const gone = await deleter.deleteNeedles(chunks, signal);
    const forgotten = chooseForgotten(entries, gone);
    if (forgotten.length > 0) await catalog.forgetGarbage(forgotten);
    const deleted = gone.filter((isGone) => isGone).length;
    events.garbageCollected(deleted);
    if (deleted < chunks.length) events.garbageKept(chunks.length - deleted);
    afterGarbageId = entries.at(-1)?.garbageId;
  }
}

function chooseForgotten(entries: readonly GarbageEntry[], gone: readonly boolean[]): string[] {
  let at = 0;
  return entries.flatMap(({ garbageId, chunks }) => {
    const end = at + chunks.length;
    const areGone = gone.slice(at, end).every((isGone) => isGone);
    at = end;
    return areGone ? [garbageId] : [];
  });
}
