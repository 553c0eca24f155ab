import { invalidArgument, MAX_PART_NUMBER, type QueryParameters } from '@needlestack/s3-protocol';

const DIGITS = /^\d{1,9}$/;

/**
 * The partNumber parameter of uploads and reads, or undefined.
 *
 * @throws S3Error `InvalidArgument` unless it is 1 to 10,000
 */
export const readPartNumber = (query: QueryParameters): number | undefined => {
  const text = query.get('partNumber');
  if (text === undefined) return undefined;
  const partNumber = DIGITS.test(text) ? Number(text) : 0;
  if (partNumber >= 1 && partNumber <= MAX_PART_NUMBER) return partNumber;
  throw invalidArgument(
    `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`,
    'partNumber',
    text,
  );
};
