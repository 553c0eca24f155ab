const BUCKET_ARN = /^arn:aws:s3:::([a-zA-Z0-9._-]{3,255})$/;

/** The bucket that `arn:aws:s3:::name` names; undefined for anything else. */
export const bucketOfArn = (arn: string): string | undefined => BUCKET_ARN.exec(arn)?.[1];
