import { isPolicyPublic, type Policy, PolicyError, parseBucketPolicy } from '@needlestack/access-control';
import { S3Error } from '@needlestack/s3-protocol';
import { encodeStoredPolicy } from '../../core/access/stored-policy.ts';
import { findPublicAccessBlock } from '../access/request-acl.ts';
import { requireAccess } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** PutBucketPolicy: kept as it stands once it was understood. */
export const putBucketPolicy = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const access = requireAccess(exchange);
  const text = (await readDocument(exchange)).toString();
  if (text === '') throw new S3Error('MissingRequestBodyError');
  const policy = parse(text, exchange.bucket, context);
  if (isPolicyPublic(policy)) {
    const { blockPublicPolicy } = await findPublicAccessBlock(access, context);
    if (blockPublicPolicy) throw new S3Error('AccessDenied');
  }
  const bindsOwnerRoot = exchange.header('x-amz-confirm-remove-self-bucket-access')?.toLowerCase() === 'true';
  await context.catalog.putBucketConfig(exchange.bucket, 'policy', encodeStoredPolicy({ text, bindsOwnerRoot }));
  sendEmpty(exchange, context, 204);
};

const parse = (text: string, bucket: string, { compatibility }: GatewayContext): Policy => {
  try {
    return parseBucketPolicy(text, {
      bucket,
      isLenient: compatibility.has('lenient-policies'),
      allowsShortArns: compatibility.has('arn-without-account'),
    });
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    const { message, detail } = error;
    throw new S3Error('MalformedPolicy', {
      message,
      ...(detail === undefined ? undefined : { details: { Detail: detail } }),
    });
  }
};
