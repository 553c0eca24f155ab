import {
  decodeNeedle,
  decodeNeedleHeader,
  FormatError,
  type Needle,
  type NeedleVersion,
  needleSizeBytes,
  recordBytes,
  scanNeedles,
  superblockBytes,
} from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { Volume } from '../volume/volume.ts';
import { readRecord, recordSource } from './read-record.ts';
import { writeNeedle } from './write-needle.ts';

/**
 * The raw record at a place that the caller knows from an index. A negative size asks for a tombstone.
 * @throws VolumeError `invalid-argument` when no such record lies there, `io-error`
 */
export async function readNeedleBlob(volume: Volume, offsetBytes: number, sizeBytes: number): Promise<Buffer> {
  const { superblock, file } = volume.opened;
  const bodyBytes = Math.max(sizeBytes, 0);
  const lengthBytes = recordBytes(bodyBytes, superblock.version);
  if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0 || offsetBytes + lengthBytes > file.endBytes) {
    throw badBlob(offsetBytes, sizeBytes, `the volume ends at ${file.endBytes}`);
  }
  const record = await readRecord(volume.opened, offsetBytes, bodyBytes);
  const header = decodeNeedleHeader(record);
  if (header.sizeBytes !== bodyBytes) throw badBlob(offsetBytes, sizeBytes, `the record's size is ${header.sizeBytes}`);
  return record;
}

/** What stands in a record besides its data. @throws VolumeError as `readNeedleBlob`, and `checksum-mismatch` */
export async function readNeedleMeta(volume: Volume, offsetBytes: number, sizeBytes: number): Promise<Needle> {
  const record = await readNeedleBlob(volume, offsetBytes, sizeBytes);
  try {
    return decodeNeedle(record, volume.opened.superblock.version);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new VolumeError('checksum-mismatch', `read needle meta at ${offsetBytes}: ${error.message}`, {
      cause: error,
    });
  }
}

/**
 * Appends a record made elsewhere under an id, which may be another one than the record says; the record keeps what it says. Its append
 * time is set anew. What is there under that id is replaced whatever its cookie; the same bytes are not written again.
 * @throws VolumeError `invalid-argument`, `checksum-mismatch`, and everything of `writeNeedle`
 */
export async function writeNeedleBlob(volume: Volume, id: bigint, blob: Buffer, sizeBytes: number): Promise<void> {
  const needle = decodeBlob(volume, blob, sizeBytes);
  if (needleSizeBytes(needle, volume.opened.superblock.version) !== sizeBytes) {
    throw new VolumeError('invalid-argument', `needle size ${sizeBytes} does not match its blob`);
  }
  const options = { skipUnchanged: true, anyCookie: true } as const;
  if (needle.id === id) {
    await writeNeedle(volume, needle, options);
    return;
  }
  await writeNeedle(volume, { ...needle, id }, { ...options, recordId: needle.id });
  // The index alone knows this id, so its row cannot be derived again from the record.
  await volume.opened.log.sync();
}

function decodeBlob(volume: Volume, blob: Buffer, sizeBytes: number): Needle {
  const { version } = volume.opened.superblock;
  try {
    const header = decodeNeedleHeader(blob);
    if (header.sizeBytes !== sizeBytes) {
      throw new VolumeError(
        'invalid-argument',
        `needle size ${sizeBytes} does not match its blob header size ${header.sizeBytes}`,
      );
    }
    return decodeNeedle(blob, version);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const code = error.code === 'bad-checksum' ? 'checksum-mismatch' : 'invalid-argument';
    throw new VolumeError(code, `needle blob: ${error.message}`, { cause: error });
  }
}

/**
 * The live needles of a volume in the order of its file, up to where it ended when asked. Damaged ones are left out.
 * @throws VolumeError `io-error`
 */
export async function* readAllNeedles(volume: Volume, signal?: AbortSignal): AsyncGenerator<Needle> {
  const { index, superblock } = volume.opened;
  const { version } = superblock;
  const source = recordSource(volume.opened);
  const startBytes = superblockBytes(superblock);
  const scan = scanNeedles(source, { version, startBytes, ...(signal === undefined ? undefined : { signal }) });
  for await (const { offsetBytes, header, intact, record } of scan) {
    const entry = index.get(header.id);
    if (!intact || entry === undefined || entry.sizeBytes < 0 || entry.offsetBytes !== offsetBytes) continue;
    const needle = decodeOrSkip(record, version);
    if (needle !== undefined) yield needle;
  }
}

function decodeOrSkip(record: Buffer, version: NeedleVersion): Needle | undefined {
  try {
    return decodeNeedle(record, version);
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function badBlob(offsetBytes: number, sizeBytes: number, why: string): VolumeError {
  return new VolumeError('invalid-argument', `read needle blob at ${offsetBytes} of size ${sizeBytes}: ${why}`);
}
