import { S3Error } from '@needlestack/s3-protocol';
import type { S3Exchange } from '../s3-exchange.ts';

/** GetObjectTorrent: S3 gave up torrents; there is none of any object. */
export const getObjectTorrent = (exchange: S3Exchange): Promise<void> =>
  Promise.reject(new S3Error('NoSuchKey', { details: { Key: exchange.key } }));
