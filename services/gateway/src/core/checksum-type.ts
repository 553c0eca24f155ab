import { type ChecksumType, S3Error } from '@needlestack/s3-protocol';

/** Reads x-amz-checksum-type. @throws S3Error `InvalidRequest` */
export const parseChecksumType = (text: string | undefined): ChecksumType | undefined => {
  if (text === undefined || text === 'FULL_OBJECT' || text === 'COMPOSITE') return text;
  throw new S3Error('InvalidRequest', { message: 'Value for x-amz-checksum-type header is invalid.' });
};
