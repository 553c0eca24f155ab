import { type ChecksumType, S3Error } from '@needlestack/s3-protocol';

/** Reads x-amz-checksum-type, in whatever case. @throws S3Error `InvalidRequest` */
export const parseChecksumType = (text: string | undefined): ChecksumType | undefined => {
  const type = text?.toUpperCase();
  if (type === undefined || type === 'FULL_OBJECT' || type === 'COMPOSITE') return type;
  throw new S3Error('InvalidRequest', { message: 'Value for x-amz-checksum-type header is invalid.' });
};
