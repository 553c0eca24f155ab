import { crc32c, isForever, NEEDLE_FLAG, type Needle, needleSizeBytes } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { AppendOperation } from '../append/append-operation.ts';
import { LIMITS } from '../limits.ts';
import type { IndexedNeedle } from '../ports.ts';
import type { Volume } from '../volume/volume.ts';
import { cookieMismatch, readNeedle } from './read-needle.ts';
import { readIdentity } from './read-record.ts';

export type WriteOutcome = 'written' | 'unchanged';

export interface WriteNeedleOptions {
  /** Stable storage even where the volume's mode does not ask for it. */
  readonly fsync?: boolean;
  /** Answers `unchanged`, and writes nothing, when the same bytes lie there already. */
  readonly skipUnchanged?: boolean;
  /** Replaces a needle whatever its cookie: another holder has decided so. */
  readonly anyCookie?: boolean;
  /** The id that the record itself says, where it is another one than the needle's. */
  readonly recordId?: bigint;
}

/**
 * Appends a needle. One that replaces another must have its cookie.
 * @throws VolumeError `read-only`, `no-space`, `too-large`, `cookie-mismatch`, `overloaded`, `io-error`, `shutting-down`
 */
export function writeNeedle(volume: Volume, needle: Needle, options: WriteNeedleOptions = {}): Promise<WriteOutcome> {
  if (needle.data.length > LIMITS.needleDataBytes) {
    return Promise.reject(
      new VolumeError('too-large', `needle of ${needle.data.length} bytes, the limit is ${LIMITS.needleDataBytes}`),
    );
  }
  return new Promise((resolve, reject) => {
    new WriteOperation(volume, withVolumeTtl(volume, needle), options, resolve, reject).prepare();
  });
}

/** The needle that the store's own clients write: data and a time, nothing else. */
export function plainNeedle(
  id: bigint,
  cookie: number,
  data: Uint8Array,
  lastModifiedSeconds: number,
  checksum: number = crc32c(data),
): Needle {
  return {
    id,
    cookie,
    data,
    flags: NEEDLE_FLAG.hasLastModified,
    name: undefined,
    mime: undefined,
    lastModifiedSeconds,
    ttl: undefined,
    pairs: undefined,
    checksum,
    appendAtNs: 0n,
  };
}

class WriteOperation implements AppendOperation {
  readonly kind = 'write';
  readonly needle: Needle;
  readonly recordId: bigint | undefined;
  readonly sizeBytes: number;
  readonly fsync: boolean;
  expectedOffsetBytes = 0;
  readonly #volume: Volume;
  readonly #skipUnchanged: boolean;
  readonly #anyCookie: boolean;
  readonly #resolve: (outcome: WriteOutcome) => void;
  readonly #reject: (error: unknown) => void;
  #attempts = 0;

  constructor(
    volume: Volume,
    needle: Needle,
    options: WriteNeedleOptions,
    resolve: (outcome: WriteOutcome) => void,
    reject: (error: unknown) => void,
  ) {
    this.needle = needle;
    this.sizeBytes = needleSizeBytes(needle, volume.opened.superblock.version);
    this.recordId = options.recordId;
    this.fsync = options.fsync === true;
    this.#volume = volume;
    this.#skipUnchanged = options.skipUnchanged === true;
    this.#anyCookie = options.anyCookie === true;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  prepare(): void {
    const entry = this.#volume.opened.index.get(this.needle.id);
    if (entry === undefined || entry.sizeBytes < 0) {
      this.expectedOffsetBytes = 0;
      this.#volume.queue.enqueue(this);
      return;
    }
    const { opened } = this.#volume;
    this.#replace(entry).catch((error: unknown) => {
      // A compaction may have closed the files below the look at the old needle.
      if (this.#volume.opened !== opened) this.onStale();
      else this.#reject(error);
    });
  }

  onAppended(): void {
    this.#resolve('written');
  }

  onFailed(error: VolumeError): void {
    this.#reject(error);
  }

  onStale(): void {
    this.#attempts += 1;
    if (this.#attempts < LIMITS.appendRetries) {
      this.prepare();
      return;
    }
    this.#reject(new VolumeError('overloaded', `needle ${this.needle.id} is being changed by too many others`));
  }

  async #replace(entry: IndexedNeedle): Promise<void> {
    const { id, cookie } = this.needle;
    const refusal = this.#volume.refusal();
    if (refusal !== undefined) throw refusal;
    const { header, checksum } = await readIdentity(this.#volume.opened, id, entry, cookie);
    if (header.cookie !== cookie && !this.#anyCookie) throw cookieMismatch(this.#volume.volumeId, id);
    const mayBeUnchanged = this.#skipUnchanged && header.cookie === cookie && checksum === this.needle.checksum;
    if (mayBeUnchanged && (await this.#isUnchanged())) {
      this.#resolve('unchanged');
      return;
    }
    this.expectedOffsetBytes = entry.offsetBytes;
    this.#volume.queue.enqueue(this);
  }

  async #isUnchanged(): Promise<boolean> {
    if (!isForever(this.#volume.opened.superblock.ttl)) return false;
    const stored = await readNeedle(this.#volume, this.needle.id, { cookie: this.needle.cookie });
    return Buffer.compare(stored.data, this.needle.data) === 0;
  }
}

/** A needle without a ttl in a volume with one takes the volume's. */
function withVolumeTtl(volume: Volume, needle: Needle): Needle {
  const { ttl } = volume.opened.superblock;
  if (isForever(ttl) || (needle.ttl !== undefined && !isForever(needle.ttl))) return needle;
  return { ...needle, ttl, flags: needle.flags | NEEDLE_FLAG.hasTtl };
}
