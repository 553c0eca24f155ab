import { FlagError } from '@needlestack/service-kit';

/** A place of objects: all keys of a bucket that begin with the prefix. */
export interface S3Url {
  readonly bucket: string;
  /** Empty for the whole bucket. */
  readonly prefix: string;
}

/** `s3://bucket` or `s3://bucket/prefix`; the prefix is taken as it stands. @throws FlagError for anything else */
export function parseS3Url(text: string): S3Url {
  const match = /^s3:\/\/([^/]+)(?:\/([\s\S]*))?$/.exec(text);
  const [, bucket, prefix = ''] = match ?? [];
  if (bucket !== undefined) return { bucket, prefix };
  throw new FlagError(`"${text}" is not of the form s3://bucket/prefix`);
}

/** The same as text. */
export function formatS3Url({ bucket, prefix }: S3Url): string {
  return prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
}
