import { DEFAULT_VOLUME_INFO, encodeVolumeInfo } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { LIMITS } from '../limits.ts';
import { checkCollection } from '../volume/check-collection.ts';
import type { BytePacer } from './pace-bytes.ts';
import type {
  CopyFileRequest,
  SourceVolumeStatus,
  VolumeArrival,
  VolumeFileExtension,
  VolumeSources,
  VolumeTransfers,
} from './transfer-ports.ts';

/** What is copied from where. */
export interface CopyVolumeRequest {
  readonly volumeId: number;
  /** `host:port.grpcPort` of the server that has it. */
  readonly source: string;
  /** Undefined for that of the source. Empty for hard disks. */
  readonly diskType: string | undefined;
}

export interface CopyVolumeParts {
  readonly sources: VolumeSources;
  readonly transfers: VolumeTransfers;
  readonly pacer: BytePacer;
}

/** A volume that has arrived whole but is not in use yet. */
export interface CopiedVolume {
  readonly arrival: VolumeArrival;
  readonly status: SourceVolumeStatus;
}

/**
 * Fetches a volume beside the one that may be here; nothing local changes before all of it has come. Yields the bytes of the data file
 * so far. The caller commits the arrival, or discards it.
 * @throws VolumeError `unreachable`, `no-space`, `io-error` when less came than the source has promised
 */
export async function* fetchVolume(
  { sources, transfers, pacer }: CopyVolumeParts,
  { volumeId, source, diskType }: CopyVolumeRequest,
  signal: AbortSignal,
): AsyncGenerator<number, CopiedVolume> {
  const status = await sources.status(source, volumeId, signal);
  checkCollection(status.collection);
  const arrival = await transfers.startArrival({
    name: { volumeId, collection: status.collection },
    diskType: diskType ?? status.diskType,
    neededBytes: status.isRemote ? status.idxBytes : status.datBytes + status.idxBytes,
  });
  let isWhole = false;
  try {
    const fetch = (extension: VolumeFileExtension, stopBytes: number, optional: boolean) => {
      const { collection, compactionRevision } = status;
      const request: CopyFileRequest = { volumeId, collection, extension, compactionRevision, stopBytes, optional };
      return appendAll(arrival, extension, sources.copyFile(source, request, signal), pacer, signal);
    };
    if (!status.isRemote) {
      yield* fetch('.dat', status.datBytes, false);
      checkLength(arrival, '.dat', status.datBytes);
    }
    await runToEnd(fetch('.idx', status.idxBytes, status.idxBytes === 0));
    checkLength(arrival, '.idx', status.idxBytes);
    await runToEnd(fetch('.vif', LIMITS.volumeInfoBytes, true));
    if ((arrival.lengthBytes('.vif') ?? 0) === 0) {
      await arrival.append('.vif', Buffer.from(encodeVolumeInfo({ ...DEFAULT_VOLUME_INFO, bytesOffset: 0 })));
    }
    isWhole = true;
    return { arrival, status };
  } finally {
    if (!isWhole) await arrival.discard();
  }
}

async function* appendAll(
  arrival: VolumeArrival,
  extension: VolumeFileExtension,
  parts: AsyncIterable<Buffer>,
  pacer: BytePacer,
  signal: AbortSignal,
): AsyncGenerator<number, void> {
  await arrival.append(extension, Buffer.alloc(0));
  for await (const part of parts) {
    await arrival.append(extension, part);
    yield arrival.lengthBytes(extension) ?? 0;
    await pacer.pass(part.length, signal);
  }
}

async function runToEnd(steps: AsyncGenerator<number, void>): Promise<void> {
  for await (const _ of steps);
}

function checkLength(arrival: VolumeArrival, extension: VolumeFileExtension, expectedBytes: number): void {
  const lengthBytes = arrival.lengthBytes(extension) ?? 0;
  if (lengthBytes === expectedBytes) return;
  throw new VolumeError(
    'io-error',
    `the ${extension} file of volume ${arrival.name.volumeId} came with ${lengthBytes} bytes, its source has ${expectedBytes}`,
  );
}
