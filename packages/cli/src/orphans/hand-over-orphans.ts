/** Orphans go the way of all needles that nobody needs: onto the catalog's garbage list, whose collector deletes them at every copy. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ScanKvPort } from '@needlestack/kv-scan';
import type { CatalogPort } from '@needlestack/service-contracts';
import type { Orphan } from './find-orphans.ts';
import { GARBAGE_ENTRY_NEEDLES_MAX, GONE_POLL_MS } from './limits.ts';
import { markNamedNeedles } from './mark-named-needles.ts';
import { NeedleTable } from './needle-table.ts';
import type { VolumeCopy, VolumeServers } from './volume-servers.ts';

/** Those that no row names now either: looked at in a second moment, behind all that was found. */
export async function confirmOrphans(
  orphans: readonly Orphan[],
  scans: ScanKvPort,
  signal: AbortSignal,
): Promise<Orphan[]> {
  const tables = new Map<number, NeedleTable>();
  for (const { volumeId, needleKey } of orphans) {
    const table = tables.get(volumeId) ?? new NeedleTable();
    table.setLive(needleKey, true);
    tables.set(volumeId, table);
  }
  await markNamedNeedles(scans, tables, signal);
  const unnamed = new Map([...tables].map(([volumeId, table]) => [volumeId, new Set(table.unnamed())]));
  return orphans.filter(({ volumeId, needleKey }) => unnamed.get(volumeId)?.has(needleKey) === true);
}

/** Rejects with CatalogError; what was handed over by then stays so, and is found no more. */
export async function handOverOrphans(
  orphans: readonly Orphan[],
  catalog: Pick<CatalogPort, 'addGarbage'>,
): Promise<void> {
  for (let at = 0; at < orphans.length; at += GARBAGE_ENTRY_NEEDLES_MAX)
    await catalog.addGarbage(
      orphans.slice(at, at + GARBAGE_ENTRY_NEEDLES_MAX).map(({ volumeId, needleKey, cookie, sizeBytes }) => ({
        volumeId,
        needleKey,
        cookie,
        sizeBytes: Math.max(1, sizeBytes),
        // Nobody reads it any more.
        crc32c: 0,
      })),
    );
}

/** Waits until they are deleted. Gives the number of those that are still there when the time is over. */
export async function waitUntilGone(
  orphans: readonly Orphan[],
  options: {
    readonly copies: readonly VolumeCopy[];
    readonly servers: VolumeServers;
    readonly waitMs: number;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const { copies, servers, waitMs, signal } = options;
  const copiesOf = Map.groupBy(copies, ({ volumeId }) => volumeId);
  const untilMs = performance.now() + waitMs;
  let left = [...orphans];
  for (;;) {
    // The list is worked off in order: while its last needle is there, looking at all of them would only cost.
    while (left.length > 0 && (await isGone(left.at(-1), copiesOf, servers, signal))) left.pop();
    if (left.length === 0 || performance.now() >= untilMs) break;
    await pause(Math.min(GONE_POLL_MS, Math.max(1, untilMs - performance.now())), undefined, { signal });
  }
  const stillThere: Orphan[] = [];
  for (const orphan of left) if (!(await isGone(orphan, copiesOf, servers, signal))) stillThere.push(orphan);
  left = stillThere;
  return left.length;
}

async function isGone(
  orphan: Orphan | undefined,
  copiesOf: ReadonlyMap<number, readonly VolumeCopy[]>,
  servers: VolumeServers,
  signal: AbortSignal,
): Promise<boolean> {
  if (orphan === undefined) return true;
  for (const copy of copiesOf.get(orphan.volumeId) ?? [])
    if ((await servers.statusOf(copy, orphan.needleKey, signal)) !== undefined) return false;
  return true;
}
