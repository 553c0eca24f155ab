import { decodeNeedle, FormatError, type Needle, toNeedleVersion } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { LIMITS } from '../limits.ts';
import { deleteNeedle } from '../needles/delete-needle.ts';
import { readIdentity } from '../needles/read-record.ts';
import { writeNeedle } from '../needles/write-needle.ts';
import type { Volume } from '../volume/volume.ts';
import type { TailedRecord } from './transfer-ports.ts';

/**
 * Does to a volume what another server did to its own. Records of different needles are written side by side, those of one needle in
 * order. What is here already is not written again. Resolves with the number of records.
 * @throws VolumeError of the first record that cannot be taken
 */
export async function receiveTail(volume: Volume, records: AsyncIterable<TailedRecord>): Promise<number> {
  const window = new WriteWindow();
  let count = 0;
  try {
    for await (const record of records) {
      const needle = decodeTailed(record);
      await window.start(needle.id, needle.data.length, () => applyRecord(volume, needle));
      count += 1;
    }
  } finally {
    await window.settle();
  }
  window.throwFailure();
  return count;
}

async function applyRecord(volume: Volume, needle: Needle): Promise<void> {
  if (needle.data.length === 0 && (await isDeletion(volume, needle))) {
    await deleteNeedle(volume, needle.id, { cookie: undefined });
    return;
  }
  await writeNeedle(volume, needle, { skipUnchanged: true, anyCookie: true });
}

/**
 * A deletion and an empty file are both records without data. A deletion repeats the checksum of what it deletes, which is 0 for empty
 * data alone; that of an empty file, or one by a compaction, carries what no file in that place could.
 */
async function isDeletion(volume: Volume, needle: Needle): Promise<boolean> {
  if (needle.checksum !== 0) return true;
  const live = volume.opened.index.get(needle.id);
  if (live === undefined || live.sizeBytes < 0) return false;
  const { header } = await readIdentity(volume.opened, needle.id, live);
  return header.cookie !== needle.cookie || live.sizeBytes === 0;
}

function decodeTailed({ header, body, version }: TailedRecord): Needle {
  try {
    return decodeNeedle(Buffer.concat([header, body]), toNeedleVersion(version));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new VolumeError('checksum-mismatch', `a record of the tail is damaged: ${error.message}`, { cause: error });
  }
}

/** Changes under way: a bounded number of them, and one for each needle. */
class WriteWindow {
  readonly #underWay = new Map<bigint, Promise<void>>();
  #bytes = 0;
  #failure: { readonly error: unknown } | undefined;

  async start(id: bigint, lengthBytes: number, change: () => Promise<void>): Promise<void> {
    while (this.#isFullFor(id, lengthBytes)) await Promise.race(this.#underWay.values());
    this.throwFailure();
    this.#bytes += lengthBytes;
    this.#underWay.set(
      id,
      change()
        .catch((error: unknown) => {
          this.#failure ??= { error };
        })
        .finally(() => {
          this.#bytes -= lengthBytes;
          this.#underWay.delete(id);
        }),
    );
  }

  async settle(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #isFullFor(id: bigint, lengthBytes: number): boolean {
    if (this.#underWay.size === 0) return false;
    if (this.#underWay.has(id) || this.#underWay.size >= LIMITS.tailWrites) return true;
    return this.#bytes + lengthBytes > LIMITS.tailWriteBytes;
  }
}
