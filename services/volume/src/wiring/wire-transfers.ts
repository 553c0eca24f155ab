/** Builds what the data-movement methods work with. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Lifecycle, Logger } from '@needlestack/service-kit';
import type { VolumeEvents } from '../core/ports.ts';
import { BackgroundScrub } from '../core/scrub/background-scrub.ts';
import type { StorageBackendOptions } from '../core/tiering/remote-ports.ts';
import { settleMoves } from '../core/tiering/settle-move.ts';
import { type BytePacer, createBytePacer } from '../core/transfer/pace-bytes.ts';
import type { VolumeRegistry } from '../core/volume/volume-registry.ts';
import type { GrpcContext } from '../grpc/grpc-context.ts';
import { ConfiguredStorages } from '../peers/configured-storages.ts';
import { S3RemoteObjects } from '../peers/s3-remote-objects.ts';
import { VolumeSourceClient } from '../peers/volume-source-client.ts';
import { systemClock } from '../system-clock.ts';
import { DEFAULTS, type VolumeServiceOptions } from '../volume-options.ts';

export type TransferParts = Pick<GrpcContext, 'sources' | 'pacer' | 'tailPauseMs' | 'remoteObjects'>;

export function wireTransfers(options: VolumeServiceOptions): TransferParts {
  const ownBytesPerSecond = options.maintenanceBytesPerSecond ?? 0;
  return {
    sources: new VolumeSourceClient(options.clientSecurity ?? {}),
    remoteObjects: new S3RemoteObjects(options.allowsUntrustedRemotes === true),
    tailPauseMs: options.tailPauseMs ?? DEFAULTS.tailPauseMs,
    pacer: (bytesPerSecond) => createPacer(bytesPerSecond > 0 ? bytesPerSecond : ownBytesPerSecond),
  };
}

/** The stores that the configuration names; masters add theirs. */
export function wireStorages({ storageBackends }: VolumeServiceOptions, logger: Logger): ConfiguredStorages {
  const storages = new ConfiguredStorages((name, err) => logger.error({ name, err }, 'storage backend refused'));
  storages.add(storageBackends ?? []);
  return storages;
}

/**
 * What is done whenever masters tell of stores: volumes whose data lies there are opened, and what interrupted moves left there is cleared away; the
 * latter also at once, for the stores that the configuration names.
 */
export async function followStorages(
  storages: ConfiguredStorages,
  registry: VolumeRegistry,
  lifecycle: Lifecycle,
): Promise<(backends: readonly StorageBackendOptions[]) => void> {
  const closing = new AbortController();
  let last = Promise.resolve();
  const follow = (step: () => Promise<void>): void => {
    last = last.then(step).catch(() => undefined);
  };
  await lifecycle.start(
    'storages',
    () => follow(() => settleMoves(registry, storages, closing.signal)),
    () => {
      closing.abort();
      return last;
    },
  );
  return (backends) => {
    if (!storages.add(backends)) return;
    follow(async () => {
      await registry.mountRest(await registry.store.listVolumeIds());
      await settleMoves(registry, storages, closing.signal);
    });
  };
}

export async function startBackgroundScrub(
  options: VolumeServiceOptions,
  registry: VolumeRegistry,
  events: VolumeEvents,
  lifecycle: Lifecycle,
): Promise<void> {
  const bytesPerSecond = options.scrubBytesPerSecond ?? DEFAULTS.scrubBytesPerSecond;
  if (bytesPerSecond === 0) return;
  const scrub = new BackgroundScrub({
    volumes: () => registry.list(),
    everyMs: options.scrubEveryMs ?? DEFAULTS.scrubEveryMs,
    pacer: createPacer(bytesPerSecond),
    clock: systemClock,
    pause: (ms, signal) => pause(ms, undefined, { signal, ref: false }),
    events,
  });
  await lifecycle.start(
    'scrub',
    () => scrub.start(),
    () => scrub.close(),
  );
}

/** @param bytesPerSecond 0 for no bound */
export function createPacer(bytesPerSecond: number): BytePacer {
  return createBytePacer(bytesPerSecond, systemClock, (ms, signal) => pause(ms, undefined, { signal }));
}
