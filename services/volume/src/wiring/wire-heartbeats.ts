/** What happens by itself: beats to the masters, looks at the disks, the end of volumes whose time has passed. */
import type { Lifecycle, Readiness } from '@needlestack/service-kit';
import type { ReportedVolumes } from '../core/heartbeat/reported-volumes.ts';
import { LIMITS } from '../core/limits.ts';
import type { DiskStatus, VolumeEvents } from '../core/ports.ts';
import type { ServerState } from '../core/server-state.ts';
import type { EcRegistry } from '../core/shards/ec-registry.ts';
import type { RemoteStorages, StorageBackendOptions } from '../core/tiering/remote-ports.ts';
import { deleteVolume } from '../core/volume/delete-volume.ts';
import { ageOfVolume } from '../core/volume/expire-volumes.ts';
import type { VolumeRegistry } from '../core/volume/volume-registry.ts';
import { deltaBeat, emptyBeat, fullBeat, type ServerIdentity, shardDeltaBeat } from '../peers/heartbeat-messages.ts';
import { MasterClient, type MasterClientEvents } from '../peers/master-client.ts';
import { systemClock } from '../system-clock.ts';
import { DEFAULTS, type VolumeServiceOptions } from '../volume-options.ts';

/** What is known of the cluster once everything listens. */
export interface ClusterLink {
  identity: ServerIdentity | undefined;
  master: MasterClient | undefined;
  /** The size at which masters close volumes; 0 until one has said. */
  volumeSizeLimitBytes: number;
}

export interface HeartbeatParts {
  readonly registry: VolumeRegistry;
  readonly shards: EcRegistry;
  readonly storages: RemoteStorages;
  readonly state: ServerState;
  readonly events: VolumeEvents & MasterClientEvents;
  readonly link: ClusterLink;
  readonly readiness: Readiness;
  readonly lifecycle: Lifecycle;
  readonly onDuplicate: (error: Error) => void;
  /** Masters know these stores for volumes to be moved to. */
  readonly onStorages: (backends: readonly StorageBackendOptions[]) => void;
}

/** Watches the disks from here on, and tells the masters when there are any. */
export async function startHeartbeats(
  options: VolumeServiceOptions,
  identity: ServerIdentity,
  parts: HeartbeatParts,
): Promise<void> {
  await watchDisks(options, parts);
  const masters = options.masters ?? [];
  if (masters.length === 0) return;
  const { registry, shards, events, link, readiness, lifecycle } = parts;
  const master = new MasterClient({
    masters,
    security: options.clientSecurity ?? {},
    pulseMs: options.pulseMs ?? DEFAULTS.pulseMs,
    buildBeat: (reported) => buildBeat(identity, parts, reported),
    lastBeat: () => emptyBeat(identity),
    onVolumeSizeLimit: (bytes) => {
      const isNews = link.volumeSizeLimitBytes !== bytes;
      link.volumeSizeLimitBytes = bytes;
      if (isNews && options.directories.some(({ volumesMax }) => volumesMax === 0)) master.announce();
    },
    onStorages: (backends) => parts.onStorages(backends),
    onDuplicate: (uuids) => parts.onDuplicate(new Error(`another server uses the directories ${uuids.join(', ')}`)),
    events,
    ...(options.duplicateWaitsMs === undefined ? undefined : { duplicateWaitsMs: options.duplicateWaitsMs }),
  });
  link.master = master;
  readiness.addCheck('master', () => (master.isConnected ? undefined : 'no master answers'));
  await lifecycle.start(
    'heartbeats',
    () => {
      const stopListening = [
        registry.onChange((change) => master.announce(deltaBeat(identity, change))),
        shards.onChange((change) => master.announce(shardDeltaBeat(identity, change))),
      ];
      master.start();
      return stopListening;
    },
    async (stopListening) => {
      for (const stop of stopListening) stop();
      await master.close();
    },
  );
}

async function buildBeat(
  identity: ServerIdentity,
  { registry, shards, state, link }: HeartbeatParts,
  reported: ReportedVolumes,
) {
  if (state.hasLeft) return undefined;
  const disks = await registry.store.diskStatuses();
  registry.followDisks(disks);
  return fullBeat(
    identity,
    {
      volumes: registry.list(),
      shards: shards.list().flatMap((volume) => volume.reports()),
      disks,
      directoryUuids: registry.store.directoryUuids,
      state: state.record,
      volumeSizeLimitBytes: link.volumeSizeLimitBytes,
      nowMs: systemClock.nowMs(),
    },
    reported,
  );
}

async function watchDisks(
  options: VolumeServiceOptions,
  { registry, shards, storages, readiness, lifecycle, link }: HeartbeatParts,
): Promise<void> {
  let problems: readonly string[] = [];
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const disks = await registry.store.diskStatuses();
      problems = problemsOf(disks);
      registry.followDisks(disks);
      // A master's limit shows that it is there to make volumes anew: alone, nothing is deleted.
      if (link.volumeSizeLimitBytes > 0) {
        await deleteExpired(registry, storages);
        await shards.removeExpired(Math.floor(systemClock.nowMs() / 1000));
      }
    } finally {
      looking = false;
    }
  };
  await look();
  readiness.addCheck('disks', () => (problems.length === 0 ? undefined : problems.join('; ')));
  await lifecycle.start(
    'disk watch',
    () => setInterval(() => void look().catch(() => undefined), options.diskCheckMs ?? LIMITS.diskCheckMs),
    (timer) => clearInterval(timer),
  );
}

function problemsOf(disks: readonly DiskStatus[]): readonly string[] {
  return disks.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
}

async function deleteExpired(registry: VolumeRegistry, storages: RemoteStorages): Promise<void> {
  for (const volume of registry.list()) {
    if (ageOfVolume(volume, systemClock.nowMs()) !== 'removable') continue;
    const signal = AbortSignal.timeout(LIMITS.expiredObjectMs);
    // Somebody else may be changing it right now; the next look comes soon.
    await deleteVolume(volume.volumeId, { registry, storages, signal }).catch(() => undefined);
  }
}
