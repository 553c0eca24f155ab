/** Builds what the data-movement methods work with. */
import { setTimeout as pause } from 'node:timers/promises';
import { type BytePacer, createBytePacer } from './core/pace-bytes.ts';
import type { GrpcContext } from './grpc/grpc-context.ts';
import { VolumeSourceClient } from './peers/volume-source-client.ts';
import { systemClock } from './system-clock.ts';
import { DEFAULTS, type VolumeServiceOptions } from './volume-options.ts';

export type TransferParts = Pick<GrpcContext, 'sources' | 'pacer' | 'tailPauseMs'>;

export function wireTransfers(options: VolumeServiceOptions): TransferParts {
  const ownBytesPerSecond = options.maintenanceBytesPerSecond ?? 0;
  return {
    sources: new VolumeSourceClient(options.clientSecurity ?? {}),
    tailPauseMs: options.tailPauseMs ?? DEFAULTS.tailPauseMs,
    pacer: (bytesPerSecond) => createPacer(bytesPerSecond > 0 ? bytesPerSecond : ownBytesPerSecond),
  };
}

/** @param bytesPerSecond 0 for no bound */
export function createPacer(bytesPerSecond: number): BytePacer {
  return createBytePacer(bytesPerSecond, systemClock, (ms, signal) => pause(ms, undefined, { signal }));
}
