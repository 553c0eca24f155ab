import type { S3Exchange } from '../s3-exchange.ts';

/** Whether the signature, which was proven, is one of version 2. */
export const isSignedByVersion2 = (exchange: S3Exchange): boolean => {
  const authorization = exchange.header('authorization');
  return authorization === undefined ? exchange.query.has('AWSAccessKeyId') : authorization.startsWith('AWS ');
};
