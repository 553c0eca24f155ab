import { createHash, randomBytes } from 'node:crypto';
import { SeededRandom } from '@needlestack/fuzz';
import { BufferedMultipartWriter, type ObjectStorage } from '../src/index.ts';

const MIB = 2 ** 20;
const FLUSH_BYTES_MAX = 40 * MIB;
const FLUSHES_MAX = 12;
const PART_SIZES = [5 * MIB, 5 * MIB + 1, 8 * MIB, 13 * MIB];

export interface SequenceFigures {
  readonly sequences: number;
  readonly flushes: number;
  readonly bytes: number;
}

/**
 * Writes objects by random sequences of flushes, 1 byte to 40 MiB and each size of ten as likely as the next, with random part sizes and
 * numbers of parts in flight, some flushes awaited and some not; reads each back and compares. The storage checks that parts are legal.
 * @throws Error that names the seed of the sequence that failed
 */
export async function runWriterSequences(
  storage: ObjectStorage,
  sequences: number,
  firstSeed: number,
): Promise<SequenceFigures> {
  const noise = randomBytes(FLUSH_BYTES_MAX + MIB);
  let flushes = 0;
  let bytes = 0;
  for (let seed = firstSeed; seed < firstSeed + sequences; seed += 1) {
    try {
      const done = await runSequence(storage, new SeededRandom(seed), noise);
      flushes += done.flushes;
      bytes += done.bytes;
    } catch (error) {
      throw new Error(`sequence of seed ${seed} failed`, { cause: error });
    }
  }
  return { sequences, flushes, bytes };
}

async function runSequence(
  storage: ObjectStorage,
  random: SeededRandom,
  noise: Buffer,
): Promise<{ readonly flushes: number; readonly bytes: number }> {
  const writer = new BufferedMultipartWriter(storage, 'sequence', {
    partSizeBytes: PART_SIZES[random.between(0, PART_SIZES.length)] ?? PART_SIZES[0] ?? 0,
    maxPartsInFlight: random.between(1, 7),
    ackAfterUpload: random.next() < 0.5,
  });
  const flushes = random.between(1, FLUSHES_MAX + 1);
  const written = createHash('sha256');
  const unawaited: Promise<unknown>[] = [];
  for (let flush = 0; flush < flushes; flush += 1) {
    const lengthBytes = Math.max(1, Math.floor(FLUSH_BYTES_MAX ** random.next()));
    const start = random.between(0, noise.length - lengthBytes);
    const piece = noise.subarray(start, start + lengthBytes);
    written.update(piece);
    const appending = writer.append(piece);
    if (random.next() < 0.5) await appending;
    else unawaited.push(appending);
  }
  const sealed = await writer.seal();
  await Promise.all(unawaited);
  const body = await storage.get('sequence');
  const read = createHash('sha256');
  for await (const piece of body.bytes) read.update(piece);
  if (read.digest('hex') !== written.digest('hex')) throw new Error('the object differs from what was written');
  if (body.etag !== sealed.etag || body.sizeBytes !== sealed.sizeBytes) throw new Error('seal told something else');
  const left = await storage.abortStaleUploads('', -60_000);
  if (left !== 0) throw new Error(`${left} uploads are left`);
  return { flushes, bytes: sealed.sizeBytes };
}
