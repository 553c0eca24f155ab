import {
  type ByteSource,
  decodeNeedleHeader,
  NEEDLE_HEADER_BYTES,
  type NeedleHeader,
  recordBytes,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { IndexedNeedle, OpenedVolume } from '../ports.ts';

type ReadableVolume = Pick<OpenedVolume, 'volumeId' | 'superblock' | 'file'>;

/**
 * The record that an index entry points at, read whole. For deleted needles give the size without its sign.
 * @throws VolumeError `io-error`
 */
export function readRecord(volume: ReadableVolume, offsetBytes: number, sizeBytes: number): Promise<Buffer> {
  return readExactly(volume, offsetBytes, recordBytes(sizeBytes, volume.superblock.version));
}

/** Cookie and checksum of a stored needle, read without its data. */
export interface StoredIdentity {
  readonly header: NeedleHeader;
  readonly checksum: number;
}

/**
 * Reads what a deletion or an overwrite must know of the needle it replaces. A record may say another id than the index where it was
 * written so (`writeNeedleBlob`); the caller's cookie then tells that it is the one that is meant.
 * @throws VolumeError `io-error`, `checksum-mismatch` when the record is not the one that the index names
 */
export async function readIdentity(
  volume: ReadableVolume,
  id: bigint,
  entry: IndexedNeedle,
  cookie?: number,
): Promise<StoredIdentity> {
  const header = decodeNeedleHeader(await readExactly(volume, entry.offsetBytes, NEEDLE_HEADER_BYTES));
  const isMeant = header.id === id || header.cookie === cookie;
  if (!isMeant || header.sizeBytes !== entry.sizeBytes) throw damagedRecord(volume.volumeId, id, entry);
  const checksumAt = entry.offsetBytes + NEEDLE_HEADER_BYTES + entry.sizeBytes;
  return { header, checksum: (await readExactly(volume, checksumAt, 4)).readUInt32BE(0) };
}

export function damagedRecord(volumeId: number, id: bigint, entry: IndexedNeedle, cause?: unknown): VolumeError {
  return new VolumeError(
    'checksum-mismatch',
    `needle ${id} of volume ${volumeId} is damaged: its record at ${entry.offsetBytes} is not the one that was written`,
    { cause },
  );
}

export function failedRead(volumeId: number, offsetBytes: number, cause: Error): VolumeError {
  return new VolumeError('io-error', `read of volume ${volumeId} at ${offsetBytes} failed`, { cause });
}

/** The data file as a source for scans, up to where it ends now. Its reads throw VolumeError `io-error`. */
export function recordSource({ volumeId, file }: Pick<ReadableVolume, 'volumeId' | 'file'>): ByteSource {
  return {
    lengthBytes: file.endBytes,
    read: (offsetBytes, lengthBytes) =>
      new Promise((resolve, reject) => {
        const target = Buffer.allocUnsafe(lengthBytes);
        file.read(target, lengthBytes, offsetBytes, (error, bytesRead) => {
          if (error === undefined) resolve(target.subarray(0, bytesRead));
          else reject(failedRead(volumeId, offsetBytes, error));
        });
      }),
  };
}

/** So many bytes from that place, in memory of that length, or an error. @throws VolumeError `io-error` */
export function readExactly(
  volume: ReadableVolume,
  offsetBytes: number,
  lengthBytes: number,
  target: Buffer = Buffer.allocUnsafe(lengthBytes),
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    volume.file.read(target, lengthBytes, offsetBytes, (error, bytesRead) => {
      if (error !== undefined) reject(failedRead(volume.volumeId, offsetBytes, error));
      else if (bytesRead === lengthBytes) resolve(target);
      else reject(failedRead(volume.volumeId, offsetBytes, new Error(`${bytesRead} bytes, expected ${lengthBytes}`)));
    });
  });
}
