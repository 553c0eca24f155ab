import { VolumeError } from '@needlestack/service-contracts';
import { fetchVolume } from '../transfer/copy-volume.ts';
import type { BytePacer } from '../transfer/pace-bytes.ts';
import type { VolumeSources } from '../transfer/transfer-ports.ts';
import type { Volume } from '../volume/volume.ts';
import type { VolumeRegistry } from '../volume/volume-registry.ts';
import type { CopyPeers, RepairEvents } from './repair-ports.ts';

export interface ReplaceParts {
  readonly registry: VolumeRegistry;
  readonly peers: CopyPeers;
  readonly sources: VolumeSources;
  readonly pacer: BytePacer;
  readonly events: Pick<RepairEvents, 'volumeReplaced'>;
}

/** The copy that is to be replaced, as it was found: open but damaged, or not open at all. */
export interface BadCopy {
  readonly volumeId: number;
  readonly open: Volume | undefined;
  readonly reason: string;
}

/**
 * Fetches a volume anew whose files here are damaged as a whole, or gone, from another holder whose copy is whole. The old files are kept
 * under further names. False when no holder has a whole copy, or the volume has as many copies as it wants without this one.
 * @throws VolumeError `unreachable`, `no-space`, `overloaded` (also when it is not as it was found any more), `io-error`; the old files are then
 *   as they were
 */
export async function replaceCopy(
  { registry, peers, sources, pacer, events }: ReplaceParts,
  { volumeId, open, reason }: BadCopy,
  signal: AbortSignal,
): Promise<boolean> {
  const { comparable, foreign } = await peers.otherHolders(volumeId, signal);
  const source = await findWhole(peers, comparable, volumeId, signal);
  if (source === undefined || comparable.length + foreign.length >= source.copies) return false;
  const steps = registry.replaceBy(volumeId, async function* () {
    // From here on nobody else changes it. What was made or opened until now, and may have been written to, is not what was found.
    if (registry.get(volumeId) !== open)
      throw new VolumeError('overloaded', `volume ${volumeId} has changed meanwhile`);
    await registry.store.keepAside(volumeId);
    const request = { volumeId, source: source.address, diskType: undefined };
    const copied = yield* fetchVolume({ sources, transfers: registry.store.transfers, pacer }, request, signal);
    return copied.arrival;
  });
  for await (const _ of steps);
  events.volumeReplaced(volumeId, source.address, reason);
  return true;
}

async function findWhole(
  peers: CopyPeers,
  addresses: readonly string[],
  volumeId: number,
  signal: AbortSignal,
): Promise<{ readonly address: string; readonly copies: number } | undefined> {
  for (const address of addresses) {
    try {
      const { isDamaged, copies } = await peers.digest(address, volumeId, signal);
      if (!isDamaged) return { address, copies };
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
    }
  }
  return undefined;
}
