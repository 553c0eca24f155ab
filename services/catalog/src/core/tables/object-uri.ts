import { LOCATION_BYTES_MAX } from './limits.ts';
import { TableError } from './table-error.ts';

export interface ObjectUri {
  readonly bucket: string;
  readonly key: string;
}

const S3_URI = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/s;

/** Bucket and key of an `s3://` URI (also `s3a`, `s3n`), the key as written; undefined for anything else. */
export function parseObjectUri(uri: string): ObjectUri | undefined {
  const match = S3_URI.exec(uri);
  return match?.[1] === undefined ? undefined : { bucket: match[1], key: match[2] ?? '' };
}

/**
 * A table's location, without closing slash: an `s3://` URI within the bucket of its warehouse, with a key that no path can
 * escape from. Refuses with `bad-request`.
 */
export function checkTableLocation(location: string, bucket: string): string {
  const bare = location.replace(/\/+$/, '');
  const refuse = (why: string): TableError =>
    new TableError('bad-request', `Invalid location ${JSON.stringify(location.slice(0, 200))}: ${why}`);
  const uri = bare.startsWith('s3://') ? parseObjectUri(bare) : undefined;
  if (uri === undefined) throw refuse('it is no s3:// URI');
  if (uri.bucket !== bucket) throw refuse(`it is not within the warehouse s3://${bucket}`);
  if (uri.key === '') throw refuse('a table needs a prefix of its own');
  if (Buffer.byteLength(bare) > LOCATION_BYTES_MAX) throw refuse(`it is longer than ${LOCATION_BYTES_MAX} bytes`);
  if (!bare.isWellFormed() || bare.includes('\0')) throw refuse('it is no valid text');
  if (uri.key.split('/').some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw refuse('it has an empty or a dot segment');
  }
  return bare;
}
