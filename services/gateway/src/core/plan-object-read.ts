/** Which bytes of an object a GET or HEAD answers, decided before anything is read. */
import { type ByteRange, resolveRange, S3Error } from '@needlestack/s3-protocol';
import type { ObjectVersion } from '@needlestack/service-contracts';

export interface ObjectReadPlan {
  readonly status: 200 | 206;
  /** Undefined: the whole object. */
  readonly range: ByteRange | undefined;
  readonly lengthBytes: number;
  /** Number of parts, when a part of a multipart object was asked for. */
  readonly partsCount: number | undefined;
  /** That part's checksum in the object's algorithm, base64. */
  readonly partChecksum?: string | undefined;
}

/**
 * @param missingPartCode what a part number is answered with that the object has not
 * @throws S3Error `InvalidRange`, `InvalidPartNumber`, `InvalidRequest` (both a range and a part)
 */
export const planObjectRead = (
  version: ObjectVersion,
  rangeHeader: string | undefined,
  partNumber: number | undefined,
  missingPartCode: 'InvalidPartNumber' | 'InvalidPart' = 'InvalidPartNumber',
): ObjectReadPlan => {
  if (partNumber !== undefined) return planPartRead(version, rangeHeader, partNumber, missingPartCode);
  const range = resolveRange(rangeHeader, version.sizeBytes);
  if (range === undefined) return { status: 200, range, lengthBytes: version.sizeBytes, partsCount: undefined };
  return { status: 206, range, lengthBytes: range.lengthBytes, partsCount: undefined };
};

const planPartRead = (
  version: ObjectVersion,
  rangeHeader: string | undefined,
  partNumber: number,
  missingPartCode: 'InvalidPartNumber' | 'InvalidPart',
): ObjectReadPlan => {
  if (rangeHeader !== undefined) {
    throw new S3Error('InvalidRequest', { message: 'Cannot specify both Range header and partNumber query parameter' });
  }
  const { parts, sizeBytes } = version;
  if (parts === undefined || parts.length === 0) {
    if (partNumber !== 1) throw noSuchPart(missingPartCode, 1, partNumber);
    if (sizeBytes === 0) return { status: 200, range: undefined, lengthBytes: 0, partsCount: undefined };
    return {
      status: 206,
      range: { offsetBytes: 0, lengthBytes: sizeBytes },
      lengthBytes: sizeBytes,
      partsCount: undefined,
    };
  }
  let offsetBytes = 0;
  for (const part of parts) {
    if (part.partNumber === partNumber) {
      const range = { offsetBytes, lengthBytes: part.sizeBytes };
      const { sizeBytes: lengthBytes, checksum: partChecksum } = part;
      return { status: 206, range, lengthBytes, partsCount: parts.length, partChecksum };
    }
    offsetBytes += part.sizeBytes;
  }
  throw noSuchPart(missingPartCode, parts.length, partNumber);
};

const noSuchPart = (code: 'InvalidPartNumber' | 'InvalidPart', count: number, requested: number): S3Error =>
  new S3Error(code, {
    details: {
      ActualPartCount: String(count),
      PartNumberRequested: String(requested),
      PartNumber: String(requested),
    },
  });
