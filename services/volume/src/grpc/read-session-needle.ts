import type { ReadNeedleRequest, VolumeDataPlane } from '@needlestack/service-contracts';

/** Needles up to this are read into memory that is used again for the next one, for an answer is copied into its batch at once. */
const SMALL_NEEDLE_BYTES_MAX = 64 * 1024;
/** What a record holds beside its data: header, checksum, name, mime type, pairs, padding. */
const RECORD_OVERHEAD_BYTES_MAX = 128 * 1024;

/** Answers a session's reads: small needles without waiting where their bytes are at hand, the rest as they come. */
export function makeNeedleReader(
  dataPlane: VolumeDataPlane,
): (request: ReadNeedleRequest) => Uint8Array | Promise<Uint8Array> {
  const into = Buffer.allocUnsafeSlow(SMALL_NEEDLE_BYTES_MAX + RECORD_OVERHEAD_BYTES_MAX);
  return (request) => {
    const { expectedSizeBytes } = request;
    if (expectedSizeBytes === undefined || expectedSizeBytes > SMALL_NEEDLE_BYTES_MAX)
      return dataPlane.readNeedle(request);
    return dataPlane.readNeedleNow?.({ ...request, into }) ?? dataPlane.readNeedle(request);
  };
}
