export { readAccessAgain, readVolumeOptions } from './config.ts';
export { FSYNC_MODES, type FsyncMode } from './core/append/append-queue.ts';
export { toGrpcAddress } from './peers/master-client.ts';
export type { DataDirectoryOptions } from './storage/data-directory.ts';
export { volumeFlags } from './volume-flags.ts';
export type { AccessOptions, VolumeServiceOptions } from './volume-options.ts';
export { startVolumeService, type VolumeService } from './wiring.ts';
