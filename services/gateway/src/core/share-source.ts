/** Copies that move no byte: the new version, or part, names the needles of its source. */
import type { ByteRange, ChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { Chunk, ObjectVersion, SharedChunks } from '@needlestack/service-contracts';
import type { CopySource } from './copy-source.ts';

/** Whether bytes lie in needles: a copy can name those needles where it is to be encrypted as its source is. */
export const liesInNeedles = (version: ObjectVersion): boolean =>
  version.remoteTier === undefined && version.inlineData === undefined;

/** Whether they lie there in the clear: those of several sources can be one object. */
const canShareParts = (version: ObjectVersion): boolean => version.encryption === undefined && liesInNeedles(version);

/** The chunks that make up exactly this range; undefined when one of them reaches beyond it. */
export const wholeChunksIn = (version: ObjectVersion, range: ByteRange | undefined): readonly Chunk[] | undefined => {
  if (!canShareParts(version) || version.chunks.length === 0) return undefined;
  if (range === undefined) return version.chunks;
  const endBytes = range.offsetBytes + range.lengthBytes;
  const chosen: Chunk[] = [];
  let atBytes = 0;
  for (const chunk of version.chunks) {
    if (atBytes >= endBytes) break;
    const isInside = atBytes >= range.offsetBytes;
    if (isInside !== atBytes + chunk.sizeBytes > range.offsetBytes) return undefined;
    if (isInside) chosen.push(chunk);
    atBytes += chunk.sizeBytes;
  }
  return atBytes === endBytes ? chosen : undefined;
};

const MD5_HEX = /^[0-9a-f]{32}$/;

/** What a part must be known by, where the source says it: its MD5 in hex and its checksum in the upload's algorithm. */
export const knownDigests = (
  { etag, checksum, encryption }: ObjectVersion,
  algorithm: ChecksumAlgorithm,
): { readonly etag: string; readonly checksum: string } | undefined =>
  encryption === undefined && MD5_HEX.test(etag) && checksum?.algorithm === algorithm && checksum.type === 'FULL_OBJECT'
    ? { etag, checksum: checksum.value }
    : undefined;

/** What the catalog must know of the source; undefined when no needle is shared. */
export const sharedFrom = (
  { bucket, key }: CopySource,
  { versionId }: ObjectVersion,
  chunks: readonly Chunk[],
): SharedChunks | undefined => (chunks.length === 0 ? undefined : { bucket, key, versionId, chunks });
