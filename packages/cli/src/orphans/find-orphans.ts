/**
 * Needles that no name leads to. The order is what makes it safe: needles are listed first, then the moment of the catalog is held, so
 * that a needle which was named by then is seen as named; a needle of a request that is not at its end is younger than the age guard.
 * What was deleted meanwhile is looked at again and is not there.
 */
import type { ScanKvPort } from '@needlestack/kv-scan';
import { QUESTIONS_MAX } from './limits.ts';
import { markNamedNeedles } from './mark-named-needles.ts';
import { NeedleTable } from './needle-table.ts';
import type { NeedleStatus, VolumeCopy, VolumeServers } from './volume-servers.ts';

export interface Orphan extends NeedleStatus {
  readonly volumeId: number;
  readonly needleKey: bigint;
}

export interface OrphanSearch {
  readonly copies: readonly VolumeCopy[];
  readonly servers: VolumeServers;
  readonly scans: ScanKvPort;
  /** Needles that are younger are let alone. */
  readonly minAgeMs: number;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}

export interface OrphanFindings {
  readonly volumes: number;
  /** Needles that the volumes hold, counted once. */
  readonly needles: number;
  /** Needles that rows of the catalog name, on whatever volume. */
  readonly names: number;
  /** Without a name, and too young to judge. */
  readonly young: number;
  /** Without a name when they were listed, and not there any more. */
  readonly gone: number;
  /** What could not be looked at, with the reason. */
  readonly failures: readonly string[];
  readonly orphans: readonly Orphan[];
}

type Judgement = { readonly orphan: Orphan } | { readonly failure: string } | 'young' | 'gone';

/** Rejects with RpcError or ScanError when the catalog does not answer; a volume that does not is a failure of the findings. */
export async function findOrphans(search: OrphanSearch): Promise<OrphanFindings> {
  const { copies, scans, signal } = search;
  const copiesOf = Map.groupBy(copies, ({ volumeId }) => volumeId);
  const tables = new Map<number, NeedleTable>();
  const failures: string[] = [];
  for (const [volumeId, ofVolume] of copiesOf) {
    const table = await listVolume(ofVolume, search, failures);
    if (table !== undefined) tables.set(volumeId, table);
  }
  const names = await markNamedNeedles(scans, tables, signal);
  const judgements = await judgeAll(tables, copiesOf, search);
  const count = (kind: 'young' | 'gone'): number => judgements.filter((judgement) => judgement === kind).length;
  return {
    volumes: tables.size,
    needles: [...tables.values()].reduce((sum, table) => sum + table.countLive(), 0),
    names,
    young: count('young'),
    gone: count('gone'),
    failures: [
      ...failures,
      ...judgements.flatMap((one) => (typeof one === 'object' && 'failure' in one ? [one.failure] : [])),
    ],
    orphans: judgements.flatMap((one) => (typeof one === 'object' && 'orphan' in one ? [one.orphan] : [])),
  };
}

/** What any copy holds; undefined when none could be read. */
async function listVolume(
  copies: readonly VolumeCopy[],
  { servers, signal }: OrphanSearch,
  failures: string[],
): Promise<NeedleTable | undefined> {
  let merged: NeedleTable | undefined;
  for (const copy of copies) {
    const table = new NeedleTable();
    try {
      await servers.listNeedles(copy, table, signal);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`volume ${copy.volumeId} at ${copy.grpcAddress}: ${describe(error)}`);
      continue;
    }
    if (merged === undefined) merged = table;
    else merged.addLiveOf(table);
  }
  return merged;
}

async function judgeAll(
  tables: ReadonlyMap<number, NeedleTable>,
  copiesOf: ReadonlyMap<number, readonly VolumeCopy[]>,
  search: OrphanSearch,
): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  const candidates = unnamedOf(tables);
  const judgeNext = async (): Promise<void> => {
    for (let next = candidates.next(); next.done !== true; next = candidates.next()) {
      const { volumeId, needleKey } = next.value;
      judgements.push(await judge(copiesOf.get(volumeId) ?? [], needleKey, search));
    }
  };
  await Promise.all(Array.from({ length: QUESTIONS_MAX }, judgeNext));
  return judgements;
}

function* unnamedOf(tables: ReadonlyMap<number, NeedleTable>): Generator<Pick<Orphan, 'volumeId' | 'needleKey'>, void> {
  for (const [volumeId, table] of tables) for (const needleKey of table.unnamed()) yield { volumeId, needleKey };
}

/** The first copy that has it tells; of unknown age is young. */
async function judge(copies: readonly VolumeCopy[], needleKey: bigint, search: OrphanSearch): Promise<Judgement> {
  const { servers, minAgeMs, nowMs, signal } = search;
  let failure: string | undefined;
  for (const copy of copies) {
    try {
      const status = await servers.statusOf(copy, needleKey, signal);
      if (status === undefined) continue;
      const isYoung = status.modifiedAtMs === 0 || nowMs() - status.modifiedAtMs < minAgeMs;
      return isYoung ? 'young' : { orphan: { volumeId: copy.volumeId, needleKey, ...status } };
    } catch (error) {
      signal.throwIfAborted();
      failure = `needle ${copy.volumeId},${needleKey.toString(16)} at ${copy.grpcAddress}: ${describe(error)}`;
    }
  }
  return failure === undefined ? 'gone' : { failure };
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
